using System.Collections.Immutable;
using System.Text;
using HftSandbox.Core.Configuration;
using HftSandbox.Events;

namespace HftSandbox.Adapters.Binance;

/// <summary>The one symbol of a stream, as far as it can be told. It follows from the bare text of the lines so far,
/// so that lines which a restart passes over count without being parsed.</summary>
internal sealed class StreamSymbol
{
    private const int SymbolBytesMax = 64;

    private readonly byte[] _symbol = new byte[SymbolBytesMax];
    private int _length;
    private bool _isFromStream;
    private bool _isAmbiguous;

    /// <summary>Before any line it is the only configured symbol, if there is only one.</summary>
    public StreamSymbol(ImmutableArray<InstrumentConfig> instruments)
    {
        if (instruments.Length == 1 && instruments[0].Name.Length <= SymbolBytesMax)
            _length = Encoding.UTF8.GetBytes(instruments[0].Name, _symbol);
    }

    /// <summary>The symbol; empty = it cannot be told.</summary>
    public ReadOnlySpan<byte> Current => _isAmbiguous ? default : _symbol.AsSpan(0, _length);

    /// <summary>Takes in a line: its first <c>"s":"…"</c> counts.</summary>
    [HotPath]
    public void Note(ReadOnlySpan<byte> line)
    {
        if (_isAmbiguous)
            return;
        var key = "\"s\":\""u8;
        var start = line.IndexOf(key);
        if (start < 0)
            return;
        var rest = line[(start + key.Length)..];
        var length = rest.IndexOf((byte)'"');
        if (length > 0 && !rest[..length].SequenceEqual(Current))
            Change(rest[..length]);
        else
            _isFromStream |= length > 0;
    }

    private void Change(ReadOnlySpan<byte> symbol)
    {
        _isAmbiguous = _isFromStream || symbol.Length > SymbolBytesMax;
        _isFromStream = true;
        if (_isAmbiguous)
            return;
        symbol.CopyTo(_symbol);
        _length = symbol.Length;
    }
}

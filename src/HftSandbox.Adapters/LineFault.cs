using System.Text;

namespace HftSandbox.Adapters;

/// <summary>Why a line was not parsed, kept without allocating until somebody asks.</summary>
internal sealed class LineFault
{
    private readonly byte[] _culprit = new byte[64];
    private int _culpritLength;
    private string _reason = "";

    /// <summary>The text at fault, at most its first 64 bytes; empty = none.</summary>
    public ReadOnlySpan<byte> Culprit => _culprit.AsSpan(0, _culpritLength);

    /// <summary>Keeps a reason.</summary>
    public void Set(string reason, ReadOnlySpan<byte> culprit)
    {
        _reason = reason;
        _culpritLength = Math.Min(culprit.Length, _culprit.Length);
        culprit[.._culpritLength].CopyTo(_culprit);
    }

    /// <summary>The reason and the text at fault, of which nothing may steer a terminal.</summary>
    public override string ToString()
    {
        if (_culpritLength == 0)
            return _reason;
        var text = new StringBuilder(_reason).Append(": ");
        foreach (var character in Culprit)
            text.Append(character is >= 0x20 and < 0x7F ? (char)character : '?');
        return text.ToString();
    }
}

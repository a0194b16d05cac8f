using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace HftSandbox.Trader.Config;

/// <summary>A value of a JSON document and where it stands (the name of a member, else the value itself).</summary>
/// <param name="Path">Segments joined by <c>:</c>, as written; elements by number.</param>
/// <param name="Type">The value's first token.</param>
/// <param name="Text">A text without its quotes, any other scalar as written, empty for objects and lists.</param>
/// <param name="Line">From 1.</param>
/// <param name="Column">In characters, from 1.</param>
internal sealed record JsonNode(string Path, JsonTokenType Type, string Text, int Line, int Column);

/// <summary>Reads a JSON document into its nodes, in document order; parents come before their members. What is
/// wrong with the text itself is reported on the way: syntax, encoding, duplicate names.</summary>
internal ref struct JsonNodes
{
    private readonly ReadOnlySpan<byte> _json;
    private readonly string _file;
    private readonly ICollection<ConfigProblem> _problems;
    private readonly List<JsonNode> _nodes = [];
    private readonly Dictionary<string, JsonNode> _byPath = new(StringComparer.OrdinalIgnoreCase);
    private Utf8JsonReader _reader;
    private int _scanned;
    private int _line = 1;
    private int _lineStart;

    private JsonNodes(ReadOnlySpan<byte> json, string file, ICollection<ConfigProblem> problems)
    {
        _json = json;
        _file = file;
        _problems = problems;
        _reader = new Utf8JsonReader(json);
    }

    /// <summary>Reads a document.</summary>
    /// <param name="json">UTF-8, with or without byte order mark.</param>
    /// <param name="file">Its name, for the problems.</param>
    /// <param name="problems">Where what is wrong goes.</param>
    public static List<JsonNode> Read(ReadOnlySpan<byte> json, string file, ICollection<ConfigProblem> problems)
    {
        var text = json.StartsWith(Encoding.UTF8.Preamble) ? json[Encoding.UTF8.Preamble.Length..] : json;
        if (!Utf8.IsValid(text))
        {
            problems.Add(new ConfigProblem(file, 0, 0, "", "is not UTF-8", null, IsError: true));
            return [];
        }

        var nodes = new JsonNodes(text, file, problems);
        nodes.ReadDocument();
        return nodes._nodes;
    }

    private void ReadDocument()
    {
        try
        {
            _reader.Read();
            if (_reader.TokenType == JsonTokenType.StartObject)
                ReadMembers("");
            else
                Report("", "must be a JSON object", Place());
            _reader.Read();
        }
        catch (JsonException e)
        {
            var place = ((int)(e.LineNumber ?? 0) + 1, (int)(e.BytePositionInLine ?? 0) + 1);
            Report("", $"not JSON: {e.Message.Split(" LineNumber:")[0].TrimEnd('.')}", place);
        }
    }

    private void ReadMembers(string path)
    {
        while (_reader.Read() && _reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = _reader.GetString()!;
            var member = path.Length == 0 ? name : $"{path}:{name}";
            var place = Place();
            _reader.Read();
            if (name.Contains(':', StringComparison.Ordinal))
                Skip(member, "unknown key", place);
            else if (_byPath.TryGetValue(member, out var first))
                Skip(member, $"stands twice, first at {first.Line}:{first.Column}", place);
            else
                ReadValue(member, place);
        }
    }

    private void ReadElements(string path)
    {
        for (var i = 0; _reader.Read() && _reader.TokenType != JsonTokenType.EndArray; i++)
            ReadValue($"{path}:{i}", Place());
    }

    private void ReadValue(string path, (int Line, int Column) place)
    {
        var type = _reader.TokenType;
        var isScalar = type is not (JsonTokenType.StartObject or JsonTokenType.StartArray);
        var text = !isScalar ? ""
            : type == JsonTokenType.String ? _reader.GetString()!
            : Encoding.UTF8.GetString(_reader.ValueSpan);
        var node = new JsonNode(path, type, text, place.Line, place.Column);
        _nodes.Add(node);
        _byPath.Add(path, node);
        if (type == JsonTokenType.StartObject)
            ReadMembers(path);
        else if (type == JsonTokenType.StartArray)
            ReadElements(path);
    }

    private void Skip(string path, string message, (int Line, int Column) place)
    {
        Report(ConfigLayers.Dotted(path), message, place);
        _reader.Skip();
    }

    private readonly void Report(string key, string message, (int Line, int Column) place) =>
        _problems.Add(new ConfigProblem(_file, place.Line, place.Column, key, message, null, IsError: true));

    /// <summary>Line and column of the current token. Tokens come in order, so every byte is looked at once.</summary>
    private (int Line, int Column) Place()
    {
        var start = (int)_reader.TokenStartIndex;
        for (; _scanned < start; _scanned++)
        {
            if (_json[_scanned] != '\n')
                continue;
            _line++;
            _lineStart = _scanned + 1;
        }

        return (_line, Encoding.UTF8.GetCharCount(_json[_lineStart..start]) + 1);
    }
}

using System.Text.Json;
using Microsoft.Extensions.Configuration;

namespace HftSandbox.Trader.Config;

/// <summary>How a value is written: JSON tells numbers from texts, the environment and flags do not.</summary>
internal enum ValueForm : byte { Number, Text, Boolean, Null, Bare }

/// <summary>A value and how it is written.</summary>
internal readonly record struct ConfigValue(string Text, ValueForm Form);

/// <summary>File, environment and flags, laid over each other in this order. Paths are segments joined by <c>:</c>;
/// letter case does not matter.</summary>
internal sealed class ConfigLayers
{
    private const string EnvironmentPrefix = "TRADER__";
    private const string SymbolLimits = "risk.symbols.";

    private readonly string _file;
    private readonly Dictionary<string, JsonNode> _nodes;
    private readonly Dictionary<string, string> _variables = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, string> _flags = new(StringComparer.OrdinalIgnoreCase);
    private readonly IConfigurationRoot _root;
    private readonly List<ConfigProblem> _problems;

    public ConfigLayers(
        string file,
        IReadOnlyList<JsonNode> nodes,
        IReadOnlyDictionary<string, string> environment,
        IReadOnlyDictionary<string, string> overrides,
        List<ConfigProblem> problems)
    {
        _file = file;
        _problems = problems;
        Nodes = nodes;
        _nodes = nodes.ToDictionary(node => node.Path, StringComparer.OrdinalIgnoreCase);
        foreach (var name in environment.Keys.Where(IsOurs).Order(StringComparer.Ordinal))
            _variables[name[EnvironmentPrefix.Length..].Replace("__", ":", StringComparison.Ordinal)] = name;
        foreach (var name in overrides.Keys.Order(StringComparer.Ordinal))
            _flags[PathOf(name)] = name;

        _root = new ConfigurationBuilder()
            .AddInMemoryCollection(nodes.Where(IsScalar).ToDictionary(node => node.Path, node => (string?)node.Text))
            .AddInMemoryCollection(_variables.ToDictionary(set => set.Key, set => (string?)environment[set.Value]))
            .AddInMemoryCollection(_flags.ToDictionary(set => set.Key, set => (string?)overrides[set.Value]))
            .Build();
    }

    /// <summary>The nodes of the file, in document order.</summary>
    public IReadOnlyList<JsonNode> Nodes { get; }

    /// <summary>The paths that the environment and the flags set.</summary>
    public IEnumerable<string> SetPaths => _variables.Keys.Concat(_flags.Keys);

    /// <summary>A path as a reader of the file would write it: <c>registry.symbols[0].name</c>.</summary>
    public static string Dotted(string path) => string.Join('.', path.Split(':'))
        .Split('.')
        .Aggregate((dotted, next) => IsElement(next) ? $"{dotted}[{next}]" : $"{dotted}.{next}");

    /// <summary>The value that is in force at a path.</summary>
    public bool TryGet(string path, out ConfigValue value)
    {
        foreach (var provider in _root.Providers.Reverse())
        {
            if (!provider.TryGet(path, out var text))
                continue;
            var isOfFile = provider == _root.Providers.First();
            value = new ConfigValue(text ?? "", isOfFile ? FormOf(_nodes[path]) : ValueForm.Bare);
            return true;
        }

        value = default;
        return false;
    }

    /// <summary>Whether any layer says anything at or below a path, be it an empty list.</summary>
    public bool Has(string path) => _nodes.ContainsKey(path) || _root.GetSection(path).Exists();

    /// <summary>Numbers of the elements of a list, in their order.</summary>
    public IEnumerable<string> Elements(string path) =>
        Children(path).Where(IsElement);

    /// <summary>Names of the members below a path.</summary>
    public IEnumerable<string> Children(string path) => _root.GetSection(path).GetChildren()
        .Select(child => child.Key)
        .Union(_nodes.Values.Where(node => IsBelow(node.Path, path)).Select(node => node.Path[(path.Length + 1)..]),
            StringComparer.OrdinalIgnoreCase);

    /// <summary>Notes what is wrong at a path, at the place that the value in force comes from.</summary>
    public void Report(string path, string message, string? suggestion = null, bool isError = true)
    {
        var (file, line, column, key) = PlaceOf(path);
        _problems.Add(new ConfigProblem(file, line, column, key, message, suggestion, isError));
    }

    private static bool IsElement(string segment) => segment.Length > 0 && segment.All(char.IsAsciiDigit);

    private static bool IsOurs(string name) => name.StartsWith(EnvironmentPrefix, StringComparison.OrdinalIgnoreCase);

    private static bool IsBelow(string path, string parent) =>
        path.Length > parent.Length && path[parent.Length] == ':'
        && path.StartsWith(parent, StringComparison.OrdinalIgnoreCase)
        && path.IndexOf(':', parent.Length + 1) < 0;

    private static bool IsScalar(JsonNode node) =>
        node.Type is not (JsonTokenType.StartObject or JsonTokenType.StartArray);

    private static ValueForm FormOf(JsonNode node) => node.Type switch
    {
        JsonTokenType.Number => ValueForm.Number,
        JsonTokenType.String => ValueForm.Text,
        JsonTokenType.Null => ValueForm.Null,
        _ => ValueForm.Boolean,
    };

    /// <summary>The path of <c>risk.maxPosition</c>, <c>mdg.symbols[0].name</c> or
    /// <c>risk.symbols.BRK.B.maxPosition</c>: a symbol may hold points.</summary>
    private static string PathOf(string name)
    {
        var last = name.LastIndexOf('.');
        if (name.StartsWith(SymbolLimits, StringComparison.OrdinalIgnoreCase) && last > SymbolLimits.Length)
            return $"risk:symbols:{name[SymbolLimits.Length..last]}:{name[(last + 1)..]}";
        return name.Replace('[', '.').Replace("]", "", StringComparison.Ordinal).Replace('.', ':');
    }

    private (string File, int Line, int Column, string Key) PlaceOf(string path)
    {
        if (_flags.TryGetValue(path, out var flag))
            return ("flags", 0, 0, flag);
        if (_variables.TryGetValue(path, out var variable))
            return ("environment", 0, 0, variable);
        for (var at = path; ; at = at[..at.LastIndexOf(':')])
        {
            if (_nodes.TryGetValue(at, out var node))
                return (_file, node.Line, node.Column, Dotted(node.Path + path[at.Length..]));
            if (!at.Contains(':', StringComparison.Ordinal))
                return (Nodes.Count == 0 ? "built-in" : _file, 0, 0, Dotted(path));
        }
    }
}

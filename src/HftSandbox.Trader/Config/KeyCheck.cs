using System.Text.Json;

namespace HftSandbox.Trader.Config;

/// <summary>Holds every key that is set against the table: unknown ones, secrets, objects where a value
/// belongs.</summary>
internal static class KeyCheck
{
    private static readonly string[] SecretWords =
        ["secret", "apikey", "token", "password", "passwd", "passphrase", "privatekey", "credential"];

    /// <summary>Reports every key that has no place, and every value of the wrong shape.</summary>
    public static void Run(ConfigLayers layers)
    {
        foreach (var node in layers.Nodes)
        {
            var place = Find(layers, node.Path, reportAnyDepth: false);
            if (place is not null)
                CheckShape(layers, node, place);
        }

        foreach (var path in layers.SetPaths)
        {
            if (Find(layers, path, reportAnyDepth: true) is { Key: null } place)
                layers.Report(path, place.IsList ? "is a list: name an element of it" : "is a group of keys, no value");
        }
    }

    /// <summary>The place of a path in the table. What stands below an unknown key of a file is not reported
    /// again.</summary>
    private static KeyTree? Find(ConfigLayers layers, string path, bool reportAnyDepth)
    {
        var segments = path.Split(':');
        var place = KeyTree.Root;
        for (var i = 0; i < segments.Length; i++)
        {
            var child = place.Child(segments[i]);
            if (child is null && (reportAnyDepth || i == segments.Length - 1))
                ReportUnknown(layers, path, segments[i], place, reportAnyDepth);
            if (child is null)
                return null;
            place = child;
        }

        return place;
    }

    private static void ReportUnknown(
        ConfigLayers layers, string path, string name, KeyTree parent, bool reportShape)
    {
        var letters = string.Concat(name.Where(char.IsAsciiLetter)).ToLowerInvariant();
        if (SecretWords.Any(letters.Contains))
        {
            layers.Report(path, "secrets do not belong into the configuration: it is written into the log");
            return;
        }

        if (parent.Key is not null || parent.IsList)
        {
            if (reportShape)
                layers.Report(path, parent.IsList ? $"\"{name}\" is no place in a list" : "has no place below a value");
            return;
        }

        var elsewhere = ConfigKeys.All.FirstOrDefault(
            key => key.Path.EndsWith("." + name, StringComparison.OrdinalIgnoreCase));
        layers.Report(path, "unknown key", Spelling.Closest(name, parent.Names) ?? elsewhere?.Path);
    }

    private static void CheckShape(ConfigLayers layers, JsonNode node, KeyTree place)
    {
        var expected = place.Key is not null ? null : place.IsList ? "a list" : "an object";
        var actual = node.Type switch
        {
            JsonTokenType.StartObject => "an object",
            JsonTokenType.StartArray => "a list",
            _ => null,
        };
        if (expected != actual)
            layers.Report(node.Path, $"must be {expected ?? "a single value"}, not {actual ?? "a single value"}");
    }
}

using System.Text.Json;

namespace HftSandbox.Trader.Commands;

/// <summary>What goes to stdout.</summary>
internal static class Output
{
    /// <summary>Prints one object on one line, <c>schemaVersion</c> first.</summary>
    /// <param name="members">Writes the other members.</param>
    public static void Json(Action<Utf8JsonWriter> members)
    {
        using var stdout = Console.OpenStandardOutput();
        using (var json = new Utf8JsonWriter(stdout))
        {
            json.WriteStartObject();
            json.WriteNumber("schemaVersion", 1);
            members(json);
            json.WriteEndObject();
        }

        stdout.WriteByte((byte)'\n');
    }

    /// <summary>Writes an array as a member of an object.</summary>
    /// <typeparam name="T">What it is made of.</typeparam>
    /// <param name="json">Within the object.</param>
    /// <param name="name">Name of the member.</param>
    /// <param name="values">One element each.</param>
    /// <param name="write">Writes an element.</param>
    public static void WriteArray<T>(this Utf8JsonWriter json, string name, IEnumerable<T> values, Action<T> write)
    {
        json.WriteStartArray(name);
        foreach (var value in values)
            write(value);
        json.WriteEndArray();
    }

    /// <summary>Prints aligned <c>name value</c> lines.</summary>
    /// <param name="lines">Names and values.</param>
    public static void Lines(params (string Name, string Value)[] lines)
    {
        var width = lines.Max(line => line.Name.Length);
        foreach (var (name, value) in lines)
            Console.Out.WriteLine($"{name.PadRight(width)}  {value}");
    }
}

using System.Buffers.Binary;
using System.Globalization;
using System.Text.Json;
using HftSandbox.Tests;
using HftSandbox.Tests.Program;

namespace HftSandbox.CrashTests;

/// <summary>A store whose writer is killed again and again, and what must hold after each kill.</summary>
/// <param name="directory">Where the program runs.</param>
/// <param name="path">The store.</param>
internal sealed class CrashedStore(TempDirectory directory, string path)
{
    private const int EpochOffset = 72;

    private static readonly string?[] Usable = ["clean", "healable", "healed"];

    /// <summary>The store's directory.</summary>
    public string Path => path;

    /// <summary>The greatest durable sequence that an observer was ever shown: nothing up to it may be
    /// missing.</summary>
    public ulong Promised { get; set; }

    /// <summary>The arguments that every start of this store needs, such as its configuration.</summary>
    public string[] Arguments { get; init; } = [];

    /// <summary>The command line that records into the store and shows its progress.</summary>
    public string[] Recording(params string[] more) =>
        ["record", path, "--progress", "json", "--json", .. Arguments, .. Again(), .. more];

    /// <summary>Starts recording.</summary>
    public TraderProcess Start(params string[] more) => TraderProcess.Start(directory, Recording(more));

    /// <summary>Takes note of what a process promised before it ended.</summary>
    public void Observe(TraderResult result)
    {
        foreach (var line in result.Progress)
            Observe(line);
    }

    /// <summary>Takes note of what a process promised so far.</summary>
    public void Observe(TraderProgress line) => Promised = Math.Max(Promised, line.DurableSequence);

    /// <summary>Nothing promised is missing, everything that is left is right, and the next start goes on behind it
    /// without changing it.</summary>
    /// <param name="more">More arguments of the next start; it ends by itself.</param>
    public TraderResult MustRecover(params string[] more)
    {
        var found = MustHold();
        var epoch = Epoch();
        if (epoch > 0)
            Assert.Contains(Check("verify", "--deep").GetProperty("verdict").GetString(), Usable);
        var next = TraderProcess.Run(directory, Recording(more)).Exited(0);
        Observe(next);

        Assert.True(Number(next.Json, "lastSequence") > Number(found, "lastSequence"));
        Assert.Equal(epoch + 1, Epoch());
        var kept = Directory.Exists(path) ? Directory.GetFiles(path, "*.torn-*") : [];
        Assert.True(Number(found, "discardedBytes") == 0 || kept.Length > 0, "no copy of the discarded bytes");
        Assert.Equal("clean", Check("verify", "--deep").GetProperty("verdict").GetString());
        return next;
    }

    /// <summary>A start would find everything that was promised.</summary>
    public JsonElement MustHold()
    {
        if (!Directory.Exists(path))
        {
            Assert.Equal(0UL, Promised);
            return JsonDocument.Parse("""{"lastSequence":0,"discardedBytes":0}""").RootElement;
        }

        var found = Check("recover");
        var last = Number(found, "lastSequence");
        Assert.True(last >= Promised, $"event {Promised} was reported durable, the last one there is {last}");
        return found;
    }

    private static ulong Number(JsonElement json, string name) => json.GetProperty(name).GetUInt64();

    private JsonElement Check(string command, params string[] more) =>
        TraderProcess.Run(directory, [command, path, "--json", .. more]).Exited(0).Json;

    private string[] Again() => Directory.Exists(path) ? ["--recover"] : [];

    // As FORMAT.md has it, read without the program: +1 at every start that writes.
    private long Epoch() => Segments().Select(EpochOf).DefaultIfEmpty(0).Max();

    private string[] Segments() => Directory.Exists(path) ? Directory.GetFiles(path, "*.wal") : [];

    private static long EpochOf(string segment)
    {
        var header = new byte[EpochOffset + sizeof(uint)];
        using var file = File.OpenRead(segment);
        file.ReadExactly(header);
        return BinaryPrimitives.ReadUInt32LittleEndian(header.AsSpan(EpochOffset));
    }

    /// <summary>A number as the command line takes it.</summary>
    public static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}

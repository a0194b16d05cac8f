using System.Globalization;
using HftSandbox.Core;
using HftSandbox.Events;
using HftSandbox.Runtime.Storage;
using HftSandbox.Runtime.Wal;
using HftSandbox.Tests.Architecture;
using HftSandbox.Tests.Core;

namespace HftSandbox.Tests.Runtime.Wal;

/// <summary>FORMAT.md and the structs say the same.</summary>
public sealed class FormatPageTests
{
    private static readonly string[] Page = Repository.Lines("src/HftSandbox.Runtime/Wal/FORMAT.md");

    private static readonly Dictionary<Type, string> Primitives = new()
    {
        [typeof(byte)] = "u8",
        [typeof(ushort)] = "u16",
        [typeof(uint)] = "u32",
        [typeof(ulong)] = "u64",
        [typeof(long)] = "i64",
    };

    private static readonly Type[] Layouts =
    [
        typeof(SegmentHeader), typeof(RecordHeader), typeof(SyncBody), typeof(SnapshotBody), typeof(SealBody),
        typeof(RetireBody), typeof(IndexHeader), typeof(IndexEntry), typeof(SegmentTrailer),
        .. EventSchema.Bodies.Values.Select(layout => layout.Type),
    ];

    [Fact]
    public void Every_layout_has_its_table_and_every_table_its_layout() => Assert.Equal(
        Layouts.Select(type => $"### `{type.Name}`, {Layout.Of(type).Size} bytes").Order(StringComparer.Ordinal),
        Page.Where(line => line.StartsWith("### `", StringComparison.Ordinal)).Order(StringComparer.Ordinal));

    [Fact]
    public void Every_field_stands_at_its_offset_with_its_size_name_and_type()
    {
        foreach (var layout in Layouts.Select(Layout.Of))
        {
            var expected = layout.Fields.Select(field => $"{field.Offset} {field.Size} {field.Name} "
                + Primitives.GetValueOrDefault(field.Type, field.Type.Name));

            var rows = TableBehind($"### `{layout.Type.Name}`").Select(row => string.Join(' ', row.Take(4)));

            Assert.Equal(expected, rows);
        }
    }

    [Fact]
    public void Every_field_follows_the_one_before_and_the_last_ends_the_layout()
    {
        foreach (var layout in Layouts.Select(Layout.Of))
        {
            var offset = 0;
            foreach (var field in layout.Fields)
            {
                Assert.True(field.Offset == offset, $"{layout.Type.Name}.{field.Name}");
                offset += field.Size;
            }

            Assert.True(offset == layout.Size, layout.Type.Name);
        }
    }

    [Fact]
    public void Every_kind_has_its_number_and_body()
    {
        var expected = Enum.GetValues<EventKind>().Where(kind => kind != EventKind.None)
            .Select(kind => $"0x{(ushort)kind:X4} {kind} {BodyText.LayoutOf(kind).Type.Name}");

        Assert.Equal(expected, TableBehind("## Kinds").Select(row => $"{row[0]} {row[1]} {row[3]}"));
    }

    [Fact]
    public void Every_enum_has_its_size_and_values()
    {
        var enums = typeof(EventKind).Assembly.GetExportedTypes()
            .Where(type => type.IsEnum && type != typeof(EventKind))
            .Append(typeof(PredecessorEnd)).ToDictionary(type => type.Name);
        var rows = TableBehind("## Enums");

        Assert.Equal(enums.Keys.Order(), rows.Select(row => row[0]).Order());
        foreach (var row in rows)
        {
            var type = enums[row[0]];
            var values = Enum.GetValues(type).Cast<object>()
                .Select(value => $"{Convert.ToUInt64(value, CultureInfo.InvariantCulture)} {value}");
            Assert.Equal((Primitives[Enum.GetUnderlyingType(type)], string.Join(", ", values)), (row[1], row[2]));
        }
    }

    [Fact]
    public void The_digests_on_the_page_are_those_of_the_engine()
    {
        var rows = TableBehind("It is an Id16 with High").ToDictionary(row => row[0].Split(':')[0]);

        Assert.Equal(Shown(default), rows["nothing"][1..]);
        Assert.Equal(Shown(RunningDigestTests.OfThreeQuotes()), rows["three Quote events"][1..]);
        Assert.Equal(Shown(GoldenDigest()), rows["the golden store"][1..]);
    }

    private static RunningDigest GoldenDigest()
    {
        var storage = new PosixStorage();
        var digest = default(RunningDigest);
        using var reader = new WalReader(storage, StoreRecovery.Examine(storage, GoldenStore.Directory).Segments);
        while (reader.MoveNext())
            digest.Add(in reader.Header, reader.Payload);
        return digest;
    }

    private static string[] Shown(RunningDigest digest) => [$"{digest.Length}", digest.Finish().ToString()];

    private static List<string[]> TableBehind(string heading)
    {
        var start = Array.FindIndex(Page, line => line.StartsWith(heading, StringComparison.Ordinal));
        Assert.True(start >= 0, heading);
        return
        [
            .. Page.Skip(start + 1)
                .SkipWhile(line => !line.StartsWith('|'))
                .TakeWhile(line => line.StartsWith('|'))
                .Skip(2)
                .Select(line => line.Trim('|').Split('|', StringSplitOptions.TrimEntries)),
        ];
    }
}

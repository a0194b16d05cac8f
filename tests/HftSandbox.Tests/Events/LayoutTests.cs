using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using HftSandbox.Events;
using HftSandbox.Runtime.Wal;

namespace HftSandbox.Tests.Events;

/// <summary>A layout is declared once and lies on disk: nothing about it may be an accident.</summary>
public class LayoutTests
{
    private static readonly Assembly[] LayoutAssemblies =
        [typeof(RecordHeader).Assembly, typeof(SegmentHeader).Assembly];

    /// <summary>The sizes that exist on disk. Changing one is a new format version.</summary>
    private static readonly Dictionary<string, int> PinnedSizes = new()
    {
        ["RecordHeader"] = 64,
        ["InputEvent"] = 256,
        ["RunStartedBody"] = 16,
        ["RunStoppedBody"] = 8,
        ["ConfigBody"] = 8,
        ["TimerBody"] = 16,
        ["QuoteBody"] = 40,
        ["TradeBody"] = 32,
        ["BookLevelBody"] = 48,
        ["BookClearBody"] = 16,
        ["BarBody"] = 80,
        ["FeedGapBody"] = 32,
        ["OrderRequestBody"] = 48,
        ["CancelRequestBody"] = 48,
        ["ReplaceRequestBody"] = 72,
        ["PositionAdjustmentBody"] = 40,
        ["CashAdjustmentBody"] = 32,
        ["RiskResetBody"] = 8,
        ["SignalBody"] = 32,
        ["OrderIntentBody"] = 72,
        ["RiskDecisionBody"] = 80,
        ["ExecutionReportBody"] = 144,
        ["CancelRejectBody"] = 40,
        ["OrderStateBody"] = 80,
        ["PositionChangedBody"] = 96,
        ["AnomalyBody"] = 48,
        ["RiskHaltBody"] = 24,
        ["StrategyFaultBody"] = 8,
        ["DigestBody"] = 32,
        ["SegmentHeader"] = 4096,
        ["IndexHeader"] = 16,
        ["IndexEntry"] = 24,
        ["SegmentTrailer"] = 64,
        ["SyncBody"] = 24,
        ["SnapshotBody"] = 104,
        ["SealBody"] = 88,
        ["RetireBody"] = 144,
    };

    public static TheoryData<Type> Layouts => [.. LayoutAssemblies.SelectMany(assembly => assembly.GetTypes())
        .Where(type => type is { IsValueType: true, IsExplicitLayout: true } && !IsCompilerGenerated(type))];

    public static TheoryData<EventKind> EventKinds => [.. Enum.GetValues<EventKind>().Where(IsEvent)];

    [Theory]
    [MemberData(nameof(Layouts))]
    public void The_size_is_the_declared_one_and_is_pinned_on_disk(Type layout)
    {
        if (!IsOnDisk(layout))
            return; // a layout of the platform's declares what is used of it

        var size = SizeOf(layout);

        Assert.Equal(layout.StructLayoutAttribute!.Size, size);
        Assert.Equal(PinnedSizes.GetValueOrDefault(layout.Name), size);
        if (layout.GetField("SizeBytes") is { } declared)
            Assert.Equal(declared.GetRawConstantValue(), size);
    }

    [Theory]
    [MemberData(nameof(Layouts))]
    public void The_fields_cover_every_byte_once(Type layout)
    {
        if (!IsOnDisk(layout) || layout == typeof(InputEvent))
            return; // layouts in memory pad for cache lines; a slot is a header and room for any body

        var next = 0;
        foreach (var field in FieldsOf(layout))
        {
            Assert.True(OffsetOf(field) == next, $"{field.Name} at {OffsetOf(field)}, the field before ends at {next}");
            next += SizeOf(field.FieldType);
        }

        Assert.Equal(SizeOf(layout), next);
    }

    [Theory]
    [MemberData(nameof(Layouts))]
    public void Every_field_is_aligned_to_its_size_up_to_8_and_named_once(Type layout)
    {
        var fields = FieldsOf(layout);
        var names = fields.Select(field => field.Name).Distinct(StringComparer.OrdinalIgnoreCase);

        Assert.Equal(fields.Count, names.Count());
        Assert.All(fields, field =>
            Assert.True(OffsetOf(field) % AlignmentOf(field.FieldType) == 0, $"{field.Name} at {OffsetOf(field)}"));
        if (IsOnDisk(layout))
            Assert.Equal(0, SizeOf(layout) % 8);
    }

    [Fact]
    public void The_table_of_sizes_names_only_layouts_that_exist()
    {
        var names = Layouts.Select(row => row.Data.Name).ToHashSet();

        Assert.All(PinnedSizes.Keys, name => Assert.Contains(name, names));
    }

    [Theory]
    [MemberData(nameof(EventKinds))]
    public void Every_event_kind_has_one_body_named_after_it(EventKind kind)
    {
        Assert.True(EventSchema.Bodies.TryGetValue(kind, out var layout), $"{kind} has no body");
        Assert.Equal($"{kind}Body", layout.Type.Name);
    }

    [Fact]
    public void Every_body_belongs_to_one_event_kind_and_control_kinds_have_none()
    {
        var declared = typeof(RecordHeader).Assembly.GetTypes()
            .Where(type => type.Name.EndsWith("Body", StringComparison.Ordinal)).Select(type => type.Name).Order();

        Assert.Equal(declared, EventSchema.Bodies.Values.Select(layout => layout.Type.Name).Order());
        Assert.All(EventSchema.Bodies.Keys, kind => Assert.True(IsEvent(kind)));
    }

    [Fact]
    public void The_schema_says_what_the_runtime_laid_out()
    {
        Type[] frames = [typeof(RecordHeader), typeof(SegmentHeader)];
        Type[] control = [typeof(SyncBody), typeof(SnapshotBody), typeof(SealBody), typeof(RetireBody)];
        var layouts = EventSchema.Bodies.Values.Concat(frames.Concat(control).Select(Layout.Of));

        Assert.All(layouts, layout =>
        {
            Assert.Equal(SizeOf(layout.Type), layout.Size);
            Assert.Equal(FieldsOf(layout.Type).Select(OffsetOf), layout.Fields.Select(field => field.Offset));
            Assert.Equal(FieldsOf(layout.Type).Select(f => SizeOf(f.FieldType)), layout.Fields.Select(f => f.Size));
        });
    }

    [Fact]
    public void The_body_of_every_input_of_fixed_length_fits_an_inbound_slot()
    {
        var inputs = EventSchema.Bodies.Where(body =>
            (ushort)body.Key < 0x0100 || body.Key is EventKind.ExecutionReport or EventKind.CancelReject);

        Assert.All(inputs.Where(body => !EventSchema.HasJsonTail(body.Key)), body =>
            Assert.InRange(body.Value.Size, 1, InputEvent.BodyBytesMax));
    }

    [Fact]
    public void Persisted_enums_are_dense_from_zero_and_one_or_two_bytes_wide()
    {
        Type[] sparse = [typeof(EventKind), typeof(SourceId)];
        var persisted = EventSchema.Bodies.Values.Append(Layout.Of(typeof(RecordHeader)))
            .SelectMany(layout => layout.Fields).Select(field => field.Type).Where(type => type.IsEnum).Distinct();

        foreach (var type in persisted)
        {
            var values = type.GetEnumValuesAsUnderlyingType().Cast<object>()
                .Select(value => Convert.ToInt64(value, null)).ToArray();
            var flags = type.IsDefined(typeof(FlagsAttribute), false);

            Assert.Contains(type.GetEnumUnderlyingType(), new[] { typeof(byte), typeof(ushort) });
            Assert.Equal(values.Length, values.Distinct().Count());
            if (type == typeof(SourceId))
                continue; // source 0 is the engine, and a configured strategy adds its own number
            Assert.Equal("None", Enum.GetName(type, Enum.ToObject(type, 0)));
            if (flags)
                Assert.Equal(values.Skip(1), Enumerable.Range(0, values.Length - 1).Select(bit => 1L << bit));
            else if (!sparse.Contains(type))
                Assert.Equal(values, Enumerable.Range(0, values.Length).Select(value => (long)value));
        }
    }

    private static bool IsEvent(EventKind kind) => kind != EventKind.None && (ushort)kind < 0x7F00;

    /// <summary>What lies on disk is all of Events and, in Runtime, the log's own layouts.</summary>
    private static bool IsOnDisk(Type layout) =>
        layout.Assembly == LayoutAssemblies[0] || layout.Namespace == typeof(SegmentHeader).Namespace;

    private static bool IsCompilerGenerated(Type type) =>
        type.FullName!.Contains('<') || type.IsDefined(typeof(CompilerGeneratedAttribute), false);

    private static List<FieldInfo> FieldsOf(Type layout) =>
        [.. layout.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic).OrderBy(OffsetOf)];

    private static int OffsetOf(FieldInfo field) => field.GetCustomAttribute<FieldOffsetAttribute>()?.Value ?? -1;

    private static int SizeOf(Type type) => RuntimeHelpers.SizeOf(type.TypeHandle);

    /// <summary>Bytes and runs of bytes have no alignment; everything else that of its size, at most 8.</summary>
    private static int AlignmentOf(Type type) =>
        type.GetCustomAttribute<InlineArrayAttribute>() is null ? Math.Min(SizeOf(type), 8) : 1;
}

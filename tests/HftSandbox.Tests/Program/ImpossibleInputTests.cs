using HftSandbox.Events;

namespace HftSandbox.Tests.Program;

public sealed class ImpossibleInputTests : IDisposable
{
    private const int KindOffset = 8;
    private const int InstrumentOffset = 40;

    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData(InstrumentOffset, 77)]
    [InlineData(KindOffset, 24)]
    public void An_input_that_no_engine_takes_is_a_divergence_at_its_sequence_not_a_crash(int field, byte value)
    {
        TraderProcess.Run(_directory, "record", "wal", "--order-count", "100").Exited(0);
        var log = LogSurgery.Open(_directory["wal"]);
        var changed = 0ul;
        log.Edit((kind, sequence, bytes, offset) =>
        {
            if (kind != EventKind.Quote || sequence < 50 || changed != 0)
                return false;
            changed = sequence;
            bytes[offset + field] = value;
            return true;
        });
        log.Save();

        foreach (var command in new[] { "replay", "recover" })
        {
            var result = TraderProcess.Run(_directory, command, "wal", "--snapshot", "none.json").Exited(12);
            Assert.Contains($"sequence {changed}: ", result.Error);
        }
    }
}

using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using HftSandbox.Core;
using HftSandbox.Runtime.Storage;
using HftSandbox.Runtime.Wal;
using HftSandbox.Trader.Recovery;

namespace HftSandbox.Trader.Commands;

/// <summary><c>trader recover DIR</c>: what a start would find and do, without doing it.</summary>
internal static class RecoverCommand
{
    /// <summary>Declares the command.</summary>
    /// <param name="storage">The file system.</param>
    public static Command Create(IStorage storage)
    {
        var store = new StoreSymbols();
        var at = new Option<ulong?>("--at", "-at") { Description = "as of this event", HelpName = "SEQ" };
        var command = new Command("recover", "what a start would do, without doing it") { at };
        store.AddTo(command);
        command.SetAction(parsed =>
        {
            var last = parsed.GetValue(at) ?? ulong.MaxValue;
            var (examination, rebuilt) = StoreInspection.Live(
                () => Rebuild(storage, store.Examine(storage, parsed), last));
            var report = StoreReport.Of(examination);
            return rebuilt is null
                ? report.Show(store.Json(parsed))
                : Show(report, examination, rebuilt, store.Json(parsed));
        });
        return command;
    }

    private static (StoreExamination Examination, RebuiltEngine? Rebuilt) Rebuild(
        IStorage storage, StoreExamination examination, ulong lastSequence) =>
        (examination, examination.Refusal is null
            ? RebuiltEngine.AtEnd(storage, examination, lastSequence: lastSequence)
            : null);

    private static int Show(StoreReport report, StoreExamination examination, RebuiltEngine rebuilt, bool asJson)
    {
        var engine = rebuilt.Engine;
        report = report with
        {
            Inputs = rebuilt.Inputs,
            DerivedCompared = rebuilt.DerivedCompared,
            Digest = engine.Digest,
        };
        foreach (var note in report.Notes.Concat(rebuilt.Warnings))
            Console.Error.WriteLine($"trader: {note}");

        if (asJson)
        {
            Output.Json(json =>
            {
                report.WriteMembers(json);
                json.WriteNumber("discardedBytes", examination.DiscardedBytes);
                WritePositions(json, engine);
                WriteOrders(json, engine);
                json.WriteNumber("nextSequence", engine.LastSequence + 1);
                json.WriteNumber("nextClOrdId", engine.NextClOrdId);
            });
        }
        else
        {
            Print(report, examination, rebuilt);
        }

        return (int)ExitCode.Ok;
    }

    private static void WritePositions(Utf8JsonWriter json, TradingEngine engine)
    {
        json.WriteStartArray("positions");
        for (uint id = 1; id <= engine.Instruments.Count; id++)
        {
            var instrument = engine.Instruments[id];
            var position = engine.Positions[id];
            json.WriteStartObject();
            json.WriteString("symbol", instrument.Config.Name);
            json.WriteNumber("qty", position.NetQty.Mantissa);
            json.WriteString("avgPx", PositionText.AveragePx(instrument, position));
            json.WriteString("realizedPnl", PositionText.RealizedPnl(instrument, position));
            json.WriteString("fees", PositionText.Fees(instrument, position));
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteOrders(Utf8JsonWriter json, TradingEngine engine)
    {
        json.WriteStartArray("openOrders");
        foreach (ref readonly var order in engine.OpenOrders)
        {
            json.WriteStartObject();
            json.WriteNumber("clOrdId", order.ClOrdId);
            json.WriteString("symbol", engine.Instruments[order.InstrumentId].Config.Name);
            json.WriteString("side", order.Side.ToString());
            json.WriteNumber("leavesQty", order.LeavesQty.Mantissa);
            json.WriteNumber("px", order.Px.Mantissa);
            json.WriteString("ordStatus", order.OrdStatus.ToString());
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void Print(StoreReport report, StoreExamination examination, RebuiltEngine rebuilt)
    {
        var engine = rebuilt.Engine;
        Output.Lines(
            ("verdict", report.Verdict),
            ("last event", Text(examination.LastSequence)),
            ("durable", Text(examination.DurableSequence)),
            ("discarded bytes", examination.DiscardedBytes.ToString(CultureInfo.InvariantCulture)),
            ("rebuilt from", rebuilt.BaseSequence == 0 ? "the first event" : $"the snapshot at {rebuilt.BaseSequence}"),
            ("inputs applied", Text(rebuilt.Inputs)),
            ("derived compared", Text(rebuilt.DerivedCompared)),
            ("next event", Text(engine.LastSequence + 1)),
            ("next ClOrdId", Text(engine.NextClOrdId)),
            ("open orders", Text((ulong)engine.OpenOrders.Count)));
        for (uint id = 1; id <= engine.Instruments.Count; id++)
        {
            var instrument = engine.Instruments[id];
            var position = engine.Positions[id];
            Console.Out.WriteLine(
                $"{instrument.Config.Name}: {PositionText.Quantity(instrument, position)} at " +
                $"{PositionText.AveragePx(instrument, position)}, realised " +
                $"{PositionText.RealizedPnl(instrument, position)}, fees " +
                PositionText.Fees(instrument, position));
        }
    }

    private static string Text(ulong value) => value.ToString(CultureInfo.InvariantCulture);
}

using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text.Encodings.Web;
using System.Text.Json;
using HftSandbox.Core.Configuration;
using HftSandbox.Core.Instruments;
using HftSandbox.Core.MarketData;
using HftSandbox.Core.Orders;
using HftSandbox.Core.Positions;
using HftSandbox.Events;

namespace HftSandbox.Core;

/// <content>What can be seen of the engine from outside, and its whole state as canonical JSON. Everything here is
/// valid between two inputs.</content>
[SuppressMessage("Reliability", "CA1001", Justification = "the JSON writer holds nothing but its caller's buffer")]
public sealed partial class TradingEngine
{
    private Utf8JsonWriter? _stateWriter;

    /// <summary>Where records go. A recovery attaches the live output when the log has been applied.</summary>
    public IRecordOutput Output
    {
        get => _journal.Output;
        set => _journal.Output = value;
    }

    /// <summary>Sequence of the last event; 0 = none.</summary>
    public ulong LastSequence => _journal.LastSequence;

    /// <summary>Receive time of the last input: the engine's now.</summary>
    public long NowNs { get; private set; }

    /// <summary>The id that the next request gets; 0 before the first run.</summary>
    public ulong NextClOrdId => OpenOrders.NextClOrdId;

    /// <summary>Hash of every event of the store so far.</summary>
    public Id16 Digest => _journal.Digest.Finish();

    /// <summary>What happened since the last RunStarted.</summary>
    public RunTotals Run { get; } = new();

    /// <summary>The configuration in force; null before the first run.</summary>
    public RunConfiguration? Configuration { get; private set; }

    /// <summary>Why the last run stopped; None while one goes on, or ended without saying so.</summary>
    public StopReason LastStop { get; private set; }

    /// <summary>The instruments.</summary>
    public InstrumentRegistry Instruments { get; } = new();

    /// <summary>The positions.</summary>
    public PositionLedger Positions { get; }

    /// <summary>The open orders.</summary>
    public OrderStore OpenOrders { get; }

    /// <summary>How far a source was read.</summary>
    /// <param name="source">A feed, the pipeline or a venue.</param>
    public FeedProgress Feed(SourceId source) => _feeds[source];

    /// <summary>The last quote of an instrument; all zero = none.</summary>
    /// <param name="instrumentId">An instrument of the registry.</param>
    public QuoteBody LastQuote(uint instrumentId) => _market.LastQuote(instrumentId);

    /// <summary>Writes the whole state: canonical JSON, names sorted at every level, integers, no white space. Equal
    /// states give equal bytes. Allocates nothing after the first time, if the buffer does not.</summary>
    /// <param name="output">Where to.</param>
    public void WriteState(IBufferWriter<byte> output)
    {
        if (_stateWriter is null)
            _stateWriter = new Utf8JsonWriter(output, StateWriterOptions());
        else
            _stateWriter.Reset(output);
        Utf8JsonWriter json = _stateWriter;

        json.WriteStartObject();
        _market.Books.WriteState(json);
        OpenOrders.WriteClosedOrders(json);
        json.WriteString("configuration"u8, _configurationJson);
        json.WriteStartObject("digest"u8);
        json.WriteNumber("h1"u8, _journal.Digest.H1);
        json.WriteNumber("h2"u8, _journal.Digest.H2);
        json.WriteNumber("length"u8, _journal.Digest.Length);
        json.WriteEndObject();
        json.WriteNumber("events"u8, _journal.LastSequence);
        _gateway.WriteExecutions(json);
        _feeds.WriteState(json);
        OpenOrders.WriteFormerIds(json);
        json.WriteNumber("inputs"u8, _journal.Inputs);
        json.WriteNumber("lastExecId"u8, _venue.LastExecId);
        json.WriteNumber("lastStop"u8, (uint)LastStop);
        _risk.Loss.WriteState(json);
        _market.WriteState(json);
        json.WriteNumber("nextClOrdId"u8, OpenOrders.NextClOrdId);
        _session.WriteState(json);
        json.WriteNumber("nowNs"u8, NowNs);
        OpenOrders.WriteOpenOrders(json);
        _halts.WriteState(json);
        Positions.WriteState(json);
        _risk.Windows.WriteState(json);
        _risk.Repeats.WriteState(json);
        _requests.WriteState(json);
        _strategies.WriteState(json);
        _strategyRows.WriteState(json);
        Positions.WriteStrategyPositions(json);
        json.WriteStartObject("venue"u8);
        _venue.WriteState(json);
        json.WriteEndObject();
        json.WriteEndObject();
        json.Flush();
    }

    /// <summary>Takes a state that <see cref="WriteState"/> wrote; the engine then goes on as if it had processed every
    /// event itself. Only for an engine that has processed none.</summary>
    /// <param name="json">The state.</param>
    /// <param name="sequence">Sequence of the last event that the state includes.</param>
    /// <exception cref="InvalidDataException">It is not a state, or not that of this sequence.</exception>
    public void ReadState(ReadOnlySpan<byte> json, ulong sequence)
    {
        if (LastSequence != 0)
            throw new InvalidOperationException($"the engine is at event {LastSequence}: a state needs a fresh one");
        try
        {
            var reader = new Utf8JsonReader(json);
            ReadState(JsonElement.ParseValue(ref reader));
        }
        catch (Exception failure) when (failure is JsonException or FormatException or KeyNotFoundException
            or InvalidOperationException or OverflowException or IndexOutOfRangeException)
        {
            throw new InvalidDataException(
                $"the state at event {sequence} is not one of engine {EngineVersion.Current}: {failure.Message}",
                failure);
        }

        if (LastSequence != sequence)
            throw new InvalidDataException($"the state is at event {LastSequence}, not at {sequence}");
    }

    private static JsonWriterOptions StateWriterOptions() => new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        SkipValidation = true,
    };

    private void ReadState(JsonElement state)
    {
        _strategyRows.ReadState(state);
        byte[] configuration = System.Text.Encoding.UTF8.GetBytes(state.GetProperty("configuration"u8).GetText());
        if (configuration.Length != 0)
            Apply(RunConfiguration.FromJson(configuration), configuration);

        JsonElement digest = state.GetProperty("digest"u8);
        _journal.Restore(
            state.GetProperty("events"u8).GetUInt64(),
            state.GetProperty("inputs"u8).GetUInt64(),
            new RunningDigest(
                digest.GetProperty("h1"u8).GetUInt64(),
                digest.GetProperty("h2"u8).GetUInt64(),
                digest.GetProperty("length"u8).GetUInt64()));
        NowNs = state.GetProperty("nowNs"u8).GetInt64();
        LastStop = (StopReason)state.GetProperty("lastStop"u8).GetByte();
        _venue.LastExecId = state.GetProperty("lastExecId"u8).GetUInt64();
        _feeds.ReadState(state);
        _market.ReadState(state);
        _session.ReadState(state);
        _market.Books.ReadState(state);
        OpenOrders.ReadState(state);
        _gateway.Executions?.ReadState(state);
        _halts.ReadState(state);
        _requests.ReadState(state);
        Positions.ReadState(state);
        _strategies.ReadState(state);
        _risk.Windows.ReadState(state);
        _risk.Repeats.ReadState(state);
        _risk.Loss.ReadState(state);
        _venue.ReadState(state.GetProperty("venue"u8));
    }
}

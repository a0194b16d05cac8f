using System.Text.Json;
using HftSandbox.Core.Configuration;
using HftSandbox.Core.Instruments;
using HftSandbox.Core.MarketData;
using HftSandbox.Core.Positions;
using HftSandbox.Events;

namespace HftSandbox.Core.Risk;

/// <summary>The losses since the session began, where a limit is set: of a symbol, of a strategy, of a currency. A loss
/// is realised + unrealised − fees, at the mark: the mid of an uncrossed quote, else the last trade. One beyond its
/// limit halts its scope until the session rolls or an operator resets it. A limit set within a session counts from
/// then.</summary>
internal sealed class SessionLoss(InstrumentRegistry instruments, MarketView market, PositionLedger positions)
{
    private LossScope[] _scopes = [];

    /// <summary>Whether there is any limit.</summary>
    public bool IsWatching
    {
        [HotPath]
        get => _scopes.Length > 0;
    }

    /// <summary>The scopes, in the order of symbols, strategies, currencies.</summary>
    public ReadOnlySpan<LossScope> Scopes => _scopes;

    /// <summary>Takes the limits of a configuration; what was known of a scope stays with it.</summary>
    public void Load(RunConfiguration configuration)
    {
        LossScope[] before = _scopes;
        _scopes = [.. LossScope.Of(configuration, instruments)];
        Recount();
        foreach (LossScope scope in _scopes)
        {
            LossScope? same = Array.Find(before, old => old.Key == scope.Key);
            scope.BaselineTwice = same?.BaselineTwice ?? scope.TotalTwice;
            scope.IsHalted = same?.IsHalted ?? false;
        }
    }

    /// <summary>Counts a mark or fill of an instrument.</summary>
    /// <returns>Whether some scope has just gone beyond its limit; <see cref="Scopes"/> says which.</returns>
    [HotPath]
    public bool Update(uint instrumentId)
    {
        bool broken = false;
        foreach (LossScope scope in _scopes)
        {
            if (!scope.Covers(instruments[instrumentId]))
                continue;
            scope.Set(instrumentId, ValueOrRuin(scope, instruments[instrumentId]));
            if (scope.IsHalted || !scope.IsBroken)
                continue;
            scope.IsHalted = scope.IsNewlyHalted = broken = true;
        }

        return broken;
    }

    /// <summary>Counts everything anew: positions or marks were replaced as a whole.</summary>
    public void Recount()
    {
        foreach (LossScope scope in _scopes)
        {
            for (uint id = 1; id <= instruments.Count; id++)
            {
                if (scope.Covers(instruments[id]))
                    scope.Set(id, ValueOrRuin(scope, instruments[id]));
            }
        }
    }

    /// <summary>Positions were dropped: the new ones count on top of what is lost already.</summary>
    public void KeepLosses()
    {
        foreach (LossScope scope in _scopes)
            scope.BaselineTwice -= scope.TotalTwice;
        Recount();
        foreach (LossScope scope in _scopes)
            scope.BaselineTwice += scope.TotalTwice;
    }

    public void WriteState(Utf8JsonWriter json)
    {
        json.WriteStartArray("losses"u8);
        foreach (LossScope scope in _scopes)
        {
            json.WriteStartObject();
            json.WriteInt128("baselineTwice"u8, scope.BaselineTwice);
            json.WriteBoolean("isHalted"u8, scope.IsHalted);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <summary>After positions and marks have been read.</summary>
    public void ReadState(JsonElement state)
    {
        Recount();
        int index = 0;
        foreach (JsonElement json in state.GetProperty("losses"u8).EnumerateArray())
        {
            _scopes[index].BaselineTwice = json.GetProperty("baselineTwice"u8).GetInt128();
            _scopes[index++].IsHalted = json.GetProperty("isHalted"u8).GetBoolean();
        }
    }

    /// <summary>Twice the value of a scope's position in an instrument. One that does not fit is taken as ruin: the
    /// scope halts.</summary>
    [HotPath]
    private Int128 ValueOrRuin(LossScope scope, Instrument instrument)
    {
        try
        {
            return TwiceValue(scope, instrument);
        }
        catch (OverflowException)
        {
            return Int128.MinValue / Limits.InstrumentsMax / 4;
        }
    }

    [HotPath]
    private Int128 TwiceValue(LossScope scope, Instrument instrument)
    {
        Position position = scope.StrategyId is { } strategyId
            ? positions.OfStrategy(strategyId, instrument.Id)
            : positions[instrument.Id];
        Int128 twice = checked(position.RealizedPnl.Mantissa * 2);
        if (position.NetQty.Mantissa != 0 && market.TryMark(instrument.Id, out Int128 twicePx))
        {
            Int128 worth = Decimals.Multiply(instrument.CostOf(new Px(1), position.NetQty), twicePx);
            twice = checked(twice + worth - (position.OpenCost.Mantissa * 2));
        }

        Int128 fees = Decimals.Multiply(
            position.Fees.Mantissa * 2, Decimals.PowerOfTen(scope.Scale - instrument.Config.FeeScale));
        return checked(Decimals.Multiply(twice, Decimals.PowerOfTen(scope.Scale - instrument.CostScale)) - fees);
    }
}

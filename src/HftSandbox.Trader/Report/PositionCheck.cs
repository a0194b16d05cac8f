using System.Globalization;
using HftSandbox.Core.Positions;
using HftSandbox.Events;
using HftSandbox.Trader.Commands;

namespace HftSandbox.Trader.Report;

/// <summary>Compares the positions that follow from the fills with those that the engine wrote.</summary>
internal sealed class PositionCheck
{
    /// <summary>Positions compared.</summary>
    public long Compared { get; private set; }

    /// <summary>Of them, those that differ.</summary>
    public long Differing { get; private set; }

    /// <summary>The first difference; null = none.</summary>
    public string? First { get; private set; }

    /// <summary>Its event; 0 = none.</summary>
    public ulong FirstSequence { get; private set; }

    /// <summary>The next PositionChanged; the first one behind missing events is believed.</summary>
    /// <param name="header">Its record.</param>
    /// <param name="account">What follows from the fills.</param>
    /// <param name="logged">What it says.</param>
    public void Add(in RecordHeader header, Account account, in Position logged)
    {
        if (!account.IsAnchored)
        {
            account.Anchor(header.Sequence, logged);
            return;
        }

        Compared++;
        if (account.Agrees(logged))
            return;
        Differing++;
        if (First is not null)
            return;
        FirstSequence = header.Sequence;
        First = string.Create(
            CultureInfo.InvariantCulture,
            $"sequence {header.Sequence}: the fills of {account.Instrument.Config.Name} make " +
            $"{Text(account, account.Position)}, the log says {Text(account, logged)}");
    }

    private static string Text(Account account, in Position position) =>
        $"{PositionText.Quantity(account.Instrument, position)} at "
        + $"{PositionText.AveragePx(account.Instrument, position)}"
        + $", realised {PositionText.RealizedPnl(account.Instrument, position)}"
        + $", fees {PositionText.Fees(account.Instrument, position)}";
}

using System.Numerics;
using HftSandbox.Core.Instruments;
using HftSandbox.Events;

namespace HftSandbox.Trader.Report;

/// <summary>One quote currency: what an operator paid in and took out, and what its instruments made. What is paid in
/// is equity, and neither profit nor loss.</summary>
/// <param name="name">Its name.</param>
/// <param name="scale">Digits at which every amount of it is exact.</param>
/// <param name="accounts">Its instruments, all strategies together.</param>
internal sealed class CurrencyAccount(string name, int scale, IReadOnlyList<Account> accounts)
{
    /// <summary>Its name.</summary>
    public string Name => name;

    /// <summary>Scale of its mantissas. Those of unrealised and equity are doubled, because marks are mids, and so
    /// exact.</summary>
    public int Scale => scale;

    /// <summary>Its instruments, all strategies together.</summary>
    public IReadOnlyList<Account> Accounts => accounts;

    /// <summary>How often an operator moved the balance.</summary>
    public long Adjustments { get; private set; }

    /// <summary>What that adds up to.</summary>
    public BigInteger Cash { get; private set; }

    /// <summary>Realised at average cost, gross of fees.</summary>
    public BigInteger Realized => Sum(account => account.Realized, instrument => instrument.CostScale);

    /// <summary>Fees.</summary>
    public BigInteger Fees => Sum(account => account.Fees, instrument => instrument.Config.FeeScale);

    /// <summary>An operator moves the balance.</summary>
    /// <param name="instrument">One of its instruments: the amount is at its NotionalScale.</param>
    /// <param name="amount">Signed change.</param>
    public void Adjust(Instrument instrument, Notional amount)
    {
        Adjustments++;
        Cash += AtScale(amount.Mantissa, instrument.Config.NotionalScale);
    }

    /// <summary>Twice what closing everything would realise; null = of an instrument it is not known.</summary>
    /// <param name="markOf">The marks.</param>
    public BigInteger? TwiceUnrealized(Func<uint, MarkPrice> markOf)
    {
        BigInteger sum = 0;
        foreach (var account in accounts)
        {
            if (account.TwiceUnrealized(markOf(account.Instrument.Id)) is not { } unrealized)
                return null;
            sum += AtScale(unrealized, account.Instrument.CostScale);
        }

        return sum;
    }

    /// <summary>Twice cash + realised + unrealised − fees; null = not known.</summary>
    /// <param name="markOf">The marks.</param>
    public BigInteger? TwiceEquity(Func<uint, MarkPrice> markOf) =>
        (2 * (Cash + Realized - Fees)) + TwiceUnrealized(markOf);

    private BigInteger Sum(Func<Account, Int128> amountOf, Func<Instrument, int> scaleOf) => accounts.Aggregate(
        BigInteger.Zero, (sum, account) => sum + AtScale(amountOf(account), scaleOf(account.Instrument)));

    private BigInteger AtScale(BigInteger mantissa, int itsScale) => mantissa * BigInteger.Pow(10, scale - itsScale);
}

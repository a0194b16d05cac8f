using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using HftSandbox.Events;

namespace HftSandbox.Core;

/// <summary>Where the engine fails fast: each of these means that the program around it, or the log, broke a rule that
/// is checked before. Trading never ends here; what is expected in trading is a coded event.</summary>
internal static class ThrowHelper
{
    [DoesNotReturn]
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void UnsupportedInput(EventKind kind) => throw new NotSupportedException(
        $"input kind {kind} is not supported by engine {EngineVersion.Current}");

    [DoesNotReturn]
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void NotRunning(EventKind kind) => throw new InvalidOperationException(
        $"{kind} came outside a run: only RunStarted may begin one or follow RunStopped");

    [DoesNotReturn]
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void TimeWentBack(long nowNs, long receiveTimeNs) => throw new InvalidOperationException(
        $"receive time went back within a run: {receiveTimeNs} after {nowNs}");

    [DoesNotReturn]
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void UnknownInstrument(uint instrumentId) => throw new InvalidOperationException(
        $"instrument {instrumentId} is not in the registry");

    [DoesNotReturn]
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void UnknownSource(SourceId source) => throw new InvalidOperationException(
        $"source {source} cannot give inputs: feeds are 0-255, venues 256-511");

    [DoesNotReturn]
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void UnknownOrder(ulong clOrdId) => throw new InvalidOperationException(
        $"our own venue reported order {clOrdId}, which is not open");

    [DoesNotReturn]
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void IllegalTransition(ulong clOrdId, OrdStatus status, ExecType execType) =>
        throw new InvalidOperationException($"our own venue reported {execType} of order {clOrdId} in status {status}");
}

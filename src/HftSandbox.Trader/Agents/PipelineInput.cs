using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using HftSandbox.Core.Configuration;
using HftSandbox.Events;

namespace HftSandbox.Trader.Agents;

/// <summary>The inputs that the pipeline itself gives to the engine. They are rare and may be large, so they do not go
/// through a ring.</summary>
internal static class PipelineInput
{
    /// <summary>A run begins.</summary>
    /// <param name="configuration">Everything that can influence a derived event.</param>
    /// <param name="mode">How the run relates to what the store holds.</param>
    /// <param name="wallTimeNs">Wall clock.</param>
    public static byte[] RunStarted(RunConfiguration configuration, RunMode mode, long wallTimeNs)
    {
        var json = configuration.ToJson();
        var body = new RunStartedBody { WallTimeNs = wallTimeNs, JsonLength = (uint)json.Length, Mode = mode };
        return [.. BytesOf(in body), .. json];
    }

    /// <summary>A run ends.</summary>
    /// <param name="reason">Why.</param>
    public static byte[] RunStopped(StopReason reason)
    {
        var body = new RunStoppedBody { Reason = reason };
        return [.. BytesOf(in body)];
    }

    /// <summary>A changed configuration takes effect.</summary>
    /// <param name="configuration">All of it.</param>
    public static byte[] Config(RunConfiguration configuration)
    {
        var json = configuration.ToJson();
        var body = new ConfigBody { JsonLength = (uint)json.Length };
        return [.. BytesOf(in body), .. json];
    }

    /// <summary>The header of such an input; the engine adds the rest.</summary>
    /// <param name="kind">RunStarted, RunStopped or Config.</param>
    /// <param name="payloadLength">Bytes.</param>
    /// <param name="receiveTimeNs">The engine's now.</param>
    public static RecordHeader HeaderOf(EventKind kind, int payloadLength, long receiveTimeNs) => new()
    {
        Kind = kind,
        Version = 1,
        Flags = RecordFlags.Input | RecordFlags.LastOfMessage,
        Source = SourceId.Pipeline,
        PayloadLength = (uint)payloadLength,
        ReceiveTimeNs = receiveTimeNs,
    };

    private static ReadOnlySpan<byte> BytesOf<TBody>(in TBody body)
        where TBody : unmanaged =>
        MemoryMarshal.CreateReadOnlySpan(ref Unsafe.As<TBody, byte>(ref Unsafe.AsRef(in body)), Unsafe.SizeOf<TBody>());
}

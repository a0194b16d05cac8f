using System.Runtime.InteropServices;
using System.Security.Cryptography;
using HftSandbox.Events;

namespace HftSandbox.Runtime.Wal;

/// <summary>Makes the ids of stores and segments.</summary>
public static class RandomId
{
    /// <summary>Sixteen random bytes, never all zero.</summary>
    public static Id16 Next()
    {
        Id16 id = default;
        while (id.IsNone)
            RandomNumberGenerator.Fill(MemoryMarshal.AsBytes(new Span<Id16>(ref id)));
        return id;
    }
}

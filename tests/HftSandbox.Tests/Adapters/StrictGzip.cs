using System.Runtime.CompilerServices;

namespace HftSandbox.Tests.Adapters;

/// <summary>The runtime reads this switch once, at the first use of any decompressor; tests use some of their own
/// before the capture reader sets it.</summary>
internal static class StrictGzip
{
    [ModuleInitializer]
    internal static void Require() => AppContext.SetSwitch("System.IO.Compression.UseStrictValidation", true);
}

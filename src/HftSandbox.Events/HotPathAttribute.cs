namespace HftSandbox.Events;

/// <summary>Marks a method that runs once or more for every event. Its IL may hold no <c>newarr</c>, <c>box</c>,
/// <c>throw</c> and no <c>newobj</c> of a class; a test reads the IL. Rare branches go to a separate
/// <c>NoInlining</c> method named for when it runs.</summary>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Property | AttributeTargets.Constructor)]
public sealed class HotPathAttribute : Attribute;

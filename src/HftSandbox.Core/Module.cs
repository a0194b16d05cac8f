using System.Runtime.CompilerServices;

// The hot methods build event bodies on the stack; clearing the whole frame first costs as much as the bodies.
[module: SkipLocalsInit]

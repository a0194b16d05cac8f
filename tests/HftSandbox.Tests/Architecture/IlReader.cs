using System.Buffers.Binary;
using System.Reflection;
using System.Reflection.Emit;

namespace HftSandbox.Tests.Architecture;

/// <summary>One instruction of a method.</summary>
/// <param name="Offset">Bytes from the start of the body.</param>
/// <param name="Code">What it does.</param>
/// <param name="Token">The metadata token it names; 0 = none.</param>
internal readonly record struct Instruction(int Offset, OpCode Code, int Token);

/// <summary>Reads the instructions of a method body (ECMA-335, partition III).</summary>
internal static class IlReader
{
    private static readonly Dictionary<short, OpCode> Codes = typeof(OpCodes)
        .GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(field => (OpCode)field.GetValue(null)!)
        .ToDictionary(code => code.Value);

    public static IEnumerable<Instruction> Read(MethodBase method)
    {
        var il = method.GetMethodBody()!.GetILAsByteArray()!;
        for (var at = 0; at < il.Length;)
        {
            var start = at;
            var value = il[at] == 0xFE ? unchecked((short)(0xFE00 | il[at + 1])) : il[at];
            var code = Codes[value];
            at += code.Size;
            var token = HasToken(code.OperandType) ? BinaryPrimitives.ReadInt32LittleEndian(il.AsSpan(at)) : 0;
            yield return new Instruction(start, code, token);
            at += OperandBytes(code.OperandType, il, at);
        }
    }

    /// <summary>The method that an instruction calls or constructs with.</summary>
    public static MethodBase Target(MethodBase caller, Instruction instruction) => caller.Module.ResolveMethod(
        instruction.Token,
        caller.DeclaringType!.IsGenericType ? caller.DeclaringType.GetGenericArguments() : null,
        caller.IsGenericMethod ? caller.GetGenericArguments() : null)!;

    private static bool HasToken(OperandType type) => type is OperandType.InlineField or OperandType.InlineMethod
        or OperandType.InlineTok or OperandType.InlineType or OperandType.InlineSig or OperandType.InlineString;

    private static int OperandBytes(OperandType type, byte[] il, int at) => type switch
    {
        OperandType.InlineNone => 0,
        OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
        OperandType.InlineVar => 2,
        OperandType.InlineI8 or OperandType.InlineR => 8,
        OperandType.InlineSwitch => 4 + (4 * BinaryPrimitives.ReadInt32LittleEndian(il.AsSpan(at))),
        _ => 4,
    };
}

using System.ComponentModel;
using System.Runtime.InteropServices;

namespace HftSandbox.CrashTests;

/// <summary>ptrace(2) of x86-64 Linux: what the tracer of system calls needs of it.</summary>
internal static unsafe partial class Ptrace
{
    /// <summary>A stop at a system call has this signal, with options that ask for it.</summary>
    public const int SystemCallStop = 5 | 0x80;

    /// <summary>Index of a register in the registers.</summary>
    public const int ResultRegister = 10;

    public const int ThirdArgumentRegister = 12;

    public const int CallRegister = 15;

    public const int RegisterCount = 27;

    private const int GetRegistersRequest = 12;
    private const int SetRegistersRequest = 13;
    private const int ResumeRequest = 24;
    private const int SeizeRequest = 0x4206;
    private const int InterruptRequest = 0x4207;
    private const int CallInfoRequest = 0x420e;

    // Mark stops at system calls; trace new threads; kill the process when the tracer is gone.
    private const int Options = 0x1 | 0x8 | 0x100000;

    private const int AnyChild = -1;
    private const int WaitAllKinds = 0x40000000;
    private const int WaitOwnOnly = 0x20000000;
    private const int Killed = 9;

    /// <summary>What a stop at a system call is about.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 96)]
    public struct CallInfo
    {
        public const byte Entry = 1;
        public const byte Exit = 2;

        [FieldOffset(0)] public byte Operation;
        [FieldOffset(24)] public long NumberOrResult;
        [FieldOffset(32)] public ulong Argument0;
        [FieldOffset(40)] public ulong Argument1;
        [FieldOffset(48)] public ulong Argument2;
    }

    /// <summary>Attaches to a thread and makes it stop.</summary>
    public static bool TrySeize(int thread) =>
        Call(SeizeRequest, thread, 0, Options) == 0 && Call(InterruptRequest, thread, 0, 0) == 0;

    /// <summary>Lets a stopped thread run to its next system call. It may be dead already.</summary>
    public static void Resume(int thread, int signal) => _ = Call(ResumeRequest, thread, 0, signal);

    /// <summary>The call at which a thread stands; false if it is dead.</summary>
    public static bool TryGetCall(int thread, out CallInfo info)
    {
        fixed (CallInfo* place = &info)
            return Call(CallInfoRequest, thread, sizeof(CallInfo), (nint)place) > 0;
    }

    /// <summary>Sets one register of a stopped thread.</summary>
    public static void SetRegister(int thread, int register, Func<ulong, ulong> change)
    {
        var registers = stackalloc ulong[RegisterCount];
        if (Call(GetRegistersRequest, thread, 0, (nint)registers) != 0)
            throw new Win32Exception(Marshal.GetLastPInvokeError());
        registers[register] = change(registers[register]);
        if (Call(SetRegistersRequest, thread, 0, (nint)registers) != 0)
            throw new Win32Exception(Marshal.GetLastPInvokeError());
    }

    /// <summary>Waits until a thread that this thread traces stops or ends; false when there is none left.</summary>
    public static bool Wait(out int thread, out int status)
    {
        thread = WaitFor(AnyChild, out status, WaitAllKinds | WaitOwnOnly);
        return thread > 0;
    }

    /// <summary>Kills a process.</summary>
    public static void Kill(int process) => _ = Signal(process, Killed);

    [LibraryImport("libc", EntryPoint = "ptrace", SetLastError = true)]
    private static partial long Call(long request, long thread, nint address, nint data);

    [LibraryImport("libc", EntryPoint = "waitpid", SetLastError = true)]
    private static partial int WaitFor(int id, out int status, int options);

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Signal(int process, int signal);
}

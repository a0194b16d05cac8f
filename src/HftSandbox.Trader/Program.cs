using HftSandbox.Runtime.Storage;
using HftSandbox.Trader.Commands;

return CommandLine.Run(args, new PosixStorage());

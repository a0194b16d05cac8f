namespace HftSandbox.Runtime.Storage;

/// <summary>A storage whose unreadable places read as zeros: for saving what is left, never for deciding what a log
/// holds. One thread.</summary>
/// <param name="inner">The storage whose reads may fail.</param>
internal sealed class TolerantStorage(IStorage inner) : PassingStorage(inner)
{
    private const int SectorBytes = 512;

    private readonly HashSet<(string Path, long Offset)> _unreadable = [];

    /// <summary>Bytes that could not be read, however often they were tried.</summary>
    public long UnreadableBytes => _unreadable.Count * (long)SectorBytes;

    /// <inheritdoc/>
    protected override int Read(IStorageFile file, long offset, Span<byte> buffer)
    {
        try
        {
            return base.Read(file, offset, buffer);
        }
        catch (StorageException failure) when (failure.Errno == StorageException.InputOutputError)
        {
            return ReadSectors(file, offset, buffer);
        }
    }

    private int ReadSectors(IStorageFile file, long offset, Span<byte> buffer)
    {
        var total = (int)Math.Clamp(file.Length - offset, 0, buffer.Length);
        for (var done = 0; done < total;)
        {
            var sector = (offset + done) / SectorBytes * SectorBytes;
            var piece = buffer.Slice(done, (int)Math.Min(sector + SectorBytes - (offset + done), total - done));
            ReadSector(file, sector, offset + done, piece);
            done += piece.Length;
        }

        return total;
    }

    private void ReadSector(IStorageFile file, long sector, long offset, Span<byte> piece)
    {
        try
        {
            file.Read(offset, piece);
        }
        catch (StorageException failure) when (failure.Errno == StorageException.InputOutputError)
        {
            piece.Clear();
            _unreadable.Add((file.Path, sector));
        }
    }
}

using System.Buffers.Binary;
using System.Text;

namespace CommSharp.Checkpoints;

/// <summary>The zip archive that torch.save writes since version 1.6: one folder with data.pkl and the storages as data/0, data/1, ...</summary>
internal sealed class TorchArchive
{
    private const string PickleName = "data.pkl";
    private const int LargestPickle = 64 << 20;
    private const uint LocalZipHeader = 0x04034b50;

    private readonly DataFile _file;
    private readonly Dictionary<string, ZipEntry> _entries;
    private readonly string _folder;

    private TorchArchive(DataFile file, Dictionary<string, ZipEntry> entries, string folder)
    {
        _file = file;
        _entries = entries;
        _folder = folder;
    }

    public static TorchArchive Open(DataFile file)
    {
        CheckKind(file);
        var entries = ZipDirectory.Read(file);
        var pickles = entries.Keys.Where(n => n.EndsWith('/' + PickleName, StringComparison.Ordinal) && n.Count(c => c == '/') == 1).ToList();
        if (pickles is not [var pickle])
        {
            throw new CheckpointException(file.Path,
                $"has {pickles.Count} entries */{PickleName} instead of one; this was not written by torch.save");
        }

        var archive = new TorchArchive(file, entries, pickle[..^PickleName.Length]);
        archive.CheckContents();
        return archive;
    }

    public byte[] ReadPickle()
    {
        var entry = _entries[_folder + PickleName];
        if (entry.Length > LargestPickle)
        {
            throw new CheckpointException(_file.Path,
                $"{PickleName} is {entry.Length} bytes long, more than the {LargestPickle} allowed; this is no state dict");
        }

        return _file.Read(entry.Offset, (int)entry.Length);
    }

    /// <summary>Where a storage's bytes are in the file.</summary>
    public ZipEntry Storage(TorchStorage storage, string tensor)
    {
        string name = $"{_folder}data/{storage.Key}";
        if (!_entries.TryGetValue(name, out var entry))
        {
            throw new CheckpointException(_file.Path,
                $"tensor {Printable.Name(tensor)} lies in {Printable.Name(name)}, which the archive lacks; download it again", tensor);
        }

        if (storage.Dtype.Size([storage.Elements]) is not { } needed || needed != entry.Length)
        {
            throw new CheckpointException(_file.Path, $"tensor {Printable.Name(tensor)} needs {storage.Elements} elements of {storage.Dtype.Type}, "
                + $"but {Printable.Name(name)} has {entry.Length} bytes; the file is damaged", tensor);
        }

        return entry;
    }

    private static void CheckKind(DataFile file)
    {
        byte[] start = file.Read(0, (int)Math.Min(file.Length, 4));
        if (start.Length == 4 && BinaryPrimitives.ReadUInt32LittleEndian(start) == LocalZipHeader)
        {
            return;
        }

        throw new CheckpointException(file.Path, start is [0x80, ..]
            ? "was written by PyTorch before 1.6 (a bare pickle); load and save it again with a newer one, or convert it to safetensors"
            : "is no PyTorch file (not a zip archive); download it again, or convert it to safetensors");
    }

    private void CheckContents()
    {
        if (_entries.Keys.Any(n => n == _folder + "constants.pkl" || n.StartsWith(_folder + "code/", StringComparison.Ordinal)))
        {
            throw new CheckpointException(_file.Path, "is a TorchScript program, not weights; torch.save the module's state_dict() instead");
        }

        if (!_entries.TryGetValue(_folder + "byteorder", out var entry))
        {
            return;
        }

        string order = Encoding.Latin1.GetString(_file.Read(entry.Offset, (int)Math.Min(entry.Length, 16)));
        if (order != "little")
        {
            throw new CheckpointException(_file.Path,
                $"has byte order {Printable.Name(order)}, but only 'little' is read; save it again on a little-endian machine");
        }
    }
}

using System.Buffers.Binary;
using System.Text;

namespace CommSharp.Runtime;

/// <summary>A symbol version that a library asks another one for.</summary>
/// <param name="Library">The other library's soname, such as "libstdc++.so.6".</param>
/// <param name="Name">The version, such as "GLIBCXX_3.4.32".</param>
/// <param name="Index">The number by which the symbol table refers to it.</param>
/// <param name="Flags">The loader's flags for it.</param>
/// <param name="FlagsOffset">Where in the file the flags lie, two bytes.</param>
internal sealed record NeededVersion(string Library, string Name, ushort Index, ushort Flags, int FlagsOffset);

/// <summary>
/// The symbol versions in a 64-bit little-endian ELF library (gABI, and the LSB's chapter on symbol versioning). Nothing in the file is believed:
/// every offset is checked before it is read, and every chain must move forward.
/// </summary>
internal sealed class ElfImage
{
    private const uint SymbolTable = 11;             // SHT_DYNSYM
    private const uint RelocationsWithAddend = 4;    // SHT_RELA
    private const uint Relocations = 9;              // SHT_REL
    private const uint VersionDefinitions = 0x6ffffffd;
    private const uint VersionNeeds = 0x6ffffffe;
    private const uint VersionOfSymbols = 0x6fffffff;
    private const int MaxVersions = 0x7fff;          // the symbol table has 15 bits for a version

    private readonly byte[] _bytes;
    private readonly List<Section> _sections;

    public ElfImage(byte[] bytes, string location)
    {
        _bytes = bytes;
        Location = location;
        _sections = ReadSections();
        NeededVersions = ReadNeeds();
        DefinedVersions = ReadDefinitions();
    }

    public string Location { get; }

    public ReadOnlyMemory<byte> Bytes => _bytes;

    public IReadOnlyList<NeededVersion> NeededVersions { get; }

    public IReadOnlySet<string> DefinedVersions { get; }

    public static ElfImage Read(string file) => new(File.ReadAllBytes(file), file);

    /// <summary>
    /// Whether any relocation names a symbol of this version. Without one the loader checks that the version exists but never looks a symbol of it
    /// up.
    /// </summary>
    public bool IsReferenced(NeededVersion version)
    {
        int symbols = _sections.FindIndex(section => section.Type == SymbolTable);
        if (symbols < 0 || _sections.Find(section => section.Type == VersionOfSymbols) is not { } versions)
        {
            throw Malformed("it has needed versions but no versioned symbol table");
        }

        foreach (Section section in _sections.Where(section => section.Link == symbols && section.Type is Relocations or RelocationsWithAddend))
        {
            int size = section.Type == Relocations ? 16 : 24;
            for (long at = section.Offset; at + size <= section.Offset + section.Size; at += size)
            {
                long symbol = U32(at + 12);          // the upper half of r_info
                if (symbol * 2 >= versions.Size)
                {
                    throw Malformed("a relocation names a symbol that does not exist");
                }

                if ((U16(versions.Offset + (symbol * 2)) & MaxVersions) == version.Index)
                {
                    return true;
                }
            }
        }

        return false;
    }

    private List<Section> ReadSections()
    {
        if (_bytes.Length < 64 || U32(0) != 0x464c457f)
        {
            throw Malformed("it is not an ELF file");
        }

        if (_bytes[4] != 2 || _bytes[5] != 1)
        {
            throw Malformed("it is not a 64-bit little-endian ELF file");
        }

        long table = Position(U64(40));
        int entry = U16(58);
        int count = U16(60);
        if (count == 0 || entry < 64)
        {
            throw Malformed("it has no section headers");
        }

        if (table + ((long)count * entry) > _bytes.Length)
        {
            throw Malformed("it ends too early");
        }

        List<Section> sections = new(count);
        for (int i = 0; i < count; i++)
        {
            long at = table + ((long)i * entry);
            Section section = new(U32(at + 4), Position(U64(at + 24)), Position(U64(at + 32)), (int)U32(at + 40), U32(at + 44));
            if (section.IsRead && section.Offset + section.Size > _bytes.Length)
            {
                throw Malformed($"section {i} reaches beyond the end of the file");
            }

            sections.Add(section);
        }

        return sections;
    }

    private List<NeededVersion> ReadNeeds()
    {
        List<NeededVersion> needs = [];
        foreach (Section section in _sections.Where(section => section.Type == VersionNeeds))
        {
            long at = section.Offset;
            for (uint i = 0; i < section.Info; i++)
            {
                string library = Text(section, U32(at + 4));
                long aux = Step(at, U32(at + 8));
                int count = U16(at + 2);
                for (int k = 0; k < count; k++)
                {
                    needs.Add(new(library, Text(section, U32(aux + 8)), U16(aux + 6), U16(aux + 4), checked((int)aux + 4)));
                    if (needs.Count > MaxVersions)
                    {
                        throw Malformed("it needs more versions than can be told apart");
                    }

                    if (k + 1 < count)
                    {
                        aux = Step(aux, U32(aux + 12));
                    }
                }

                if (i + 1 < section.Info)
                {
                    at = Step(at, U32(at + 12));
                }
            }
        }

        return needs;
    }

    private HashSet<string> ReadDefinitions()
    {
        HashSet<string> names = new(StringComparer.Ordinal);
        foreach (Section section in _sections.Where(section => section.Type == VersionDefinitions))
        {
            long at = section.Offset;
            for (uint i = 0; i < section.Info; i++)
            {
                names.Add(Text(section, U32(at + Step(0, U32(at + 12)))));
                if (i + 1 < section.Info)
                {
                    at = Step(at, U32(at + 16));
                }
            }
        }

        return names;
    }

    private string Text(Section referrer, uint offset)
    {
        if (referrer.Link < 0 || referrer.Link >= _sections.Count)
        {
            throw Malformed("a section names a string table that does not exist");
        }

        Section strings = _sections[referrer.Link];
        long start = strings.Offset + offset;
        if (offset >= strings.Size || start >= _bytes.Length)
        {
            throw Malformed("a name lies outside its string table");
        }

        ReadOnlySpan<byte> rest = _bytes.AsSpan((int)start, (int)Math.Min(strings.Size - offset, _bytes.Length - start));
        int end = rest.IndexOf((byte)0);
        return end >= 0 ? Encoding.UTF8.GetString(rest[..end]) : throw Malformed("a name has no end");
    }

    // The smallest record in the version sections is eight bytes, so a shorter step would read one record twice, or for ever.
    private long Step(long at, uint distance) => distance >= 8 ? at + distance : throw Malformed("a chain of versions does not move forward");

    private long Position(ulong value) => value <= int.MaxValue ? (long)value : throw Malformed("an offset lies beyond 2 GiB");

    private ushort U16(long at) => BinaryPrimitives.ReadUInt16LittleEndian(Span(at, 2));

    private uint U32(long at) => BinaryPrimitives.ReadUInt32LittleEndian(Span(at, 4));

    private ulong U64(long at) => BinaryPrimitives.ReadUInt64LittleEndian(Span(at, 8));

    private ReadOnlySpan<byte> Span(long at, int length) => at >= 0 && at + length <= _bytes.Length
        ? _bytes.AsSpan((int)at, length)
        : throw Malformed("it ends too early");

    private NativeRuntimeException Malformed(string problem) =>
        new($"{Location}: {problem}, so its symbol versions cannot be read; install or restore it again.");

    private sealed record Section(uint Type, long Offset, long Size, int Link, uint Info)
    {
        // Sections without bytes in the file (.bss) may name any size; of the others only those that are read need to fit.
        public bool IsRead => Type is SymbolTable or RelocationsWithAddend or Relocations or VersionDefinitions or VersionNeeds or VersionOfSymbols;
    }
}

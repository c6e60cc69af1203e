using System.Buffers.Binary;

namespace CommSharp.Runtime;

/// <summary>
/// Compares the symbol versions that a library needs with those that the system has, and makes the missing ones optional where that changes nothing.
/// TorchSharp's Linux binding is compiled with GCC 13 and so names GLIBCXX_3.4.32, for one symbol that nothing calls; the loader of
/// Debian 12, Ubuntu 22.04 or RHEL 9 refuses the whole library for it.
/// </summary>
internal static class SymbolVersions
{
    private const ushort Weak = 0x2;                 // VER_FLG_WEAK: the loader does not insist on this version

    /// <summary>The versions that <paramref name="library"/> insists on and the libraries of the system do not define.</summary>
    /// <param name="library">The library to be loaded.</param>
    /// <param name="find">The system's library of a soname; null where it is unknown, and then its versions are taken for granted.</param>
    public static IReadOnlyList<NeededVersion> Missing(ElfImage library, Func<string, ElfImage?> find) =>
    [
        .. from need in library.NeededVersions
           where (need.Flags & Weak) == 0
           group need by need.Library into needs
           let provider = find(needs.Key)
           where provider is not null
           from need in needs
           where !provider.DefinedVersions.Contains(need.Name)
           select need,
    ];

    /// <summary>A copy of the library's bytes in which the given versions are optional.</summary>
    /// <exception cref="NativeRuntimeException">The library uses a symbol of one of these versions, so it cannot do without.</exception>
    public static byte[] Weaken(ElfImage library, IReadOnlyList<NeededVersion> versions)
    {
        byte[] bytes = library.Bytes.ToArray();
        foreach (NeededVersion version in versions)
        {
            if (library.IsReferenced(version))
            {
                throw new NativeRuntimeException(
                    $"{library.Location}: this system's {version.Library} is too old, it lacks {version.Name}; "
                    + "use Debian 12, Ubuntu 22.04, RHEL 9 or anything newer, with glibc (not musl).");
            }

            BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(version.FlagsOffset), (ushort)(version.Flags | Weak));
        }

        return bytes;
    }
}

using System.Runtime.InteropServices;

namespace CommSharp.Runtime;

/// <summary>Loads a library by its full path.</summary>
internal static partial class NativeLoader
{
    private const int ResolveNow = 2;                // RTLD_NOW

    /// <summary>Loads a library whose missing functions, if any, are found when they are called.</summary>
    /// <exception cref="DllNotFoundException">The system refuses it; the message is the system's.</exception>
    public static nint Load(string path) => NativeLibrary.Load(path);

    /// <summary>
    /// Loads a library only if all its functions are there. The runtime binds lazily on Linux, and with a libtorch of another version the process
    /// would then end without a word at the first call of a function that is missing.
    /// </summary>
    /// <exception cref="DllNotFoundException">The system refuses it; the message is the system's.</exception>
    public static nint LoadComplete(string path)
    {
        if (OperatingSystem.IsLinux())
        {
            _ = LastError();                         // binds the function itself, which would otherwise disturb the message
            if (Open(path, ResolveNow) == 0)
            {
                throw new DllNotFoundException(Marshal.PtrToStringUTF8(LastError()));
            }
        }

        return NativeLibrary.Load(path);
    }

    [LibraryImport("libc", EntryPoint = "dlopen", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "dlerror")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint LastError();
}

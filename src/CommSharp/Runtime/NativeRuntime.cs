using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.Loader;

namespace CommSharp.Runtime;

/// <summary>
/// libtorch and TorchSharp's native library in this process. Nothing needs to be called: once anything of CommSharp has been
/// used, the first use of TorchSharp loads them. A program that starts with TorchSharp itself, wants another libtorch, or a clear error before
/// anything else happens, calls <see cref="Load"/> first.
/// </summary>
/// <remarks>The only state that the library keeps for the whole process, because the system's loader keeps it so.</remarks>
public static class NativeRuntime
{
    private const string BindingName = "LibTorchSharp";
    private static readonly Lock Gate = new();
    private static NativeRuntimeInfo? _loaded;
    private static nint _binding;

    /// <summary>What has been loaded, or null before the first use.</summary>
    public static NativeRuntimeInfo? Loaded => Volatile.Read(ref _loaded);

    /// <summary>Loads libtorch and TorchSharp's native library, once; later calls return what the first one did. Safe from any thread.</summary>
    /// <param name="options">Which libtorch to take; null looks for one.</param>
    /// <returns>What was loaded.</returns>
    /// <exception cref="NativeRuntimeException">
    /// There is no usable libtorch, it is of another version than TorchSharp needs, or another one than <paramref name="options"/> asks for is loaded
    /// already.
    /// </exception>
    public static NativeRuntimeInfo Load(NativeRuntimeOptions? options = null)
    {
        options ??= new();
        lock (Gate)
        {
            if (_loaded is null)
            {
                (_loaded, _binding) = NativeRuntimeLoading.Load(options, LibTorchSearch.OfProcess(options.LibTorchFolder));
            }
            else if (!string.IsNullOrEmpty(options.LibTorchFolder))
            {
                NativeRuntimeLoading.RequireSame(LibTorchSearch.OfProcess(options.LibTorchFolder).Find(), _loaded.LibTorch);
            }

            return _loaded;
        }
    }

    /// <summary>
    /// TorchSharp asks .NET for its library by name. Beside the program that name leads to the file as delivered, which an older system refuses; .NET
    /// then asks here. On a system that takes the file, this runs only when libtorch itself is not beside it.
    /// </summary>
    [ModuleInitializer]
    [SuppressMessage("Usage", "CA2255", Justification = "Adds one event handler; without it every program would have to start with a call to Load.")]
    internal static void AnswerTorchSharp()
    {
        if (AssemblyLoadContext.GetLoadContext(typeof(NativeRuntime).Assembly) is { } context)
        {
            context.ResolvingUnmanagedDll += Resolve;
        }
    }

    private static nint Resolve(Assembly assembly, string name)
    {
        if (name != BindingName || assembly.GetName().Name != nameof(TorchSharp))
        {
            return 0;
        }

        Load();
        return _binding;
    }
}

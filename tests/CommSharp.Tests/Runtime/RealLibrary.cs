using CommSharp.Runtime;

namespace CommSharp.Tests.Runtime;

/// <summary>TorchSharp's native library as the package delivers it, beside the tests.</summary>
internal static class RealLibrary
{
    public static string Path
    {
        get
        {
            Assert.SkipUnless(OperatingSystem.IsLinux(), "Symbol versions are a matter of Linux.");
            return System.IO.Path.Combine(AppContext.BaseDirectory, NativePlatform.Current.Binding);
        }
    }
}

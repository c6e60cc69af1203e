using CommSharp.Runtime;
using static TorchSharp.torch;

namespace CommSharp.Tests.Runtime;

public sealed class NativeHeapTests
{
    /// <summary>glibc alone keeps what lies between things that live on.</summary>
    [Fact]
    public void What_is_free_goes_back_to_the_system()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Other systems' heaps give back by themselves.");
        const int count = 300, kilobyte = 1024;
        ones(4 * kilobyte * kilobyte).Dispose(); // from here on, glibc takes what is smaller from its heap
        Tensor[] kept = new Tensor[count], freed = new Tensor[count];
        for (int i = 0; i < count; i++)
        {
            freed[i] = ones(256 * kilobyte); // 1 MB
            kept[i] = ones(kilobyte);
        }

        Array.ForEach(freed, each => each.Dispose());
        long before = Environment.WorkingSet;
        NativeHeap.GiveBack();
        Assert.InRange(before - Environment.WorkingSet, count * 1_000_000L / 2, long.MaxValue);
        Array.ForEach(kept, each => each.Dispose());
    }
}

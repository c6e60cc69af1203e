using CommSharp.Runtime;

namespace CommSharp.Tests.Runtime;

public sealed class SymbolVersionsTests
{
    private const string Newest = "GLIBCXX_3.4.32";

    [Fact]
    public void The_real_library_changes_in_one_field_only()
    {
        ElfImage image = ElfImage.Read(RealLibrary.Path);
        NeededVersion newest = Assert.Single(image.NeededVersions, need => need.Name == Newest);

        byte[] weakened = SymbolVersions.Weaken(image, [newest]);

        int[] changed = [.. Enumerable.Range(0, weakened.Length).Where(i => weakened[i] != image.Bytes.Span[i])];
        Assert.Equal([newest.FlagsOffset], changed);
        Assert.Equal(2, weakened[newest.FlagsOffset]);
    }

    [Fact]
    public void A_weakened_library_misses_nothing_more()
    {
        ElfImage image = ElfImage.Read(RealLibrary.Path);
        NeededVersion newest = Assert.Single(image.NeededVersions, need => need.Name == Newest);
        ElfImage weakened = new(SymbolVersions.Weaken(image, [newest]), "weakened");

        Assert.DoesNotContain(SymbolVersions.Missing(weakened, _ => new(SyntheticElf.Build(), "a system without any")), need => need.Name == Newest);
        Assert.Equal(weakened.Bytes, SymbolVersions.Weaken(weakened, [newest with { Flags = 2 }]));
    }

    [Fact]
    public void A_version_that_the_library_uses_is_not_taken_away()
    {
        ElfImage image = ElfImage.Read(RealLibrary.Path);
        NeededVersion used = image.NeededVersions.First(need => need.Name == "GLIBCXX_3.4.21");

        string message = Assert.Throws<NativeRuntimeException>(() => SymbolVersions.Weaken(image, [used])).Message;

        Assert.Contains("libstdc++.so.6 is too old, it lacks GLIBCXX_3.4.21", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_is_missing_where_the_system_defines_all()
    {
        byte[] bytes = SyntheticElf.Build();
        ElfImage image = new(bytes, "synthetic");

        Assert.Empty(SymbolVersions.Missing(image, _ => null));
        Assert.Equal(2, SymbolVersions.Missing(image, _ => image).Count);
        Assert.Equal(bytes, SymbolVersions.Weaken(image, []));
    }
}

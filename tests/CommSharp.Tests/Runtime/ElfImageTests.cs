using CommSharp.Runtime;
using CsCheck;

namespace CommSharp.Tests.Runtime;

public sealed class ElfImageTests
{
    private static readonly byte[] Synthetic = SyntheticElf.Build();

    [Fact]
    public void Needed_and_defined_versions_are_read()
    {
        ElfImage image = new(Synthetic, "synthetic");

        Assert.Equal([SyntheticElf.UsedVersion, SyntheticElf.UnusedVersion], image.NeededVersions.Select(need => need.Name));
        Assert.All(image.NeededVersions, need => Assert.Equal(SyntheticElf.Library, need.Library));
        Assert.Equal([SyntheticElf.DefinedVersion], image.DefinedVersions);
    }

    [Fact]
    public void A_version_is_referenced_when_a_relocation_names_its_symbol()
    {
        ElfImage image = new(Synthetic, "synthetic");

        Assert.True(image.IsReferenced(image.NeededVersions[0]));
        Assert.False(image.IsReferenced(image.NeededVersions[1]));
    }

    [Fact]
    public void Something_else_is_named_as_such()
    {
        string message = Assert.Throws<NativeRuntimeException>(() => new ElfImage(new byte[100], "some/file.so")).Message;

        Assert.StartsWith("some/file.so: it is not an ELF file", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_version_chain_that_stands_still_is_refused()
    {
        byte[] bytes = [.. Synthetic];
        int next = new ElfImage(Synthetic, "synthetic").NeededVersions[0].FlagsOffset + 8;
        bytes[next] = 0;

        Assert.Contains("does not move forward", Assert.Throws<NativeRuntimeException>(() => new ElfImage(bytes, "x")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Any_truncation_is_a_clear_error() =>
        Gen.Int[0, Synthetic.Length - 1].Sample(length => Assert.Throws<NativeRuntimeException>(() => ReadAll(Synthetic[..length])));

    [Fact]
    public void Damaged_bytes_are_read_or_refused_but_never_crash() =>
        Gen.Select(Gen.Int[0, Synthetic.Length - 1], Gen.Byte).Array[1, 8].Sample(damage =>
        {
            byte[] bytes = [.. Synthetic];
            foreach ((int at, byte value) in damage)
            {
                bytes[at] = value;
            }

            ReadOrRefuse(bytes);
        }, iter: 20_000);

    [Fact]
    public void Damage_to_the_real_library_is_read_or_refused_but_never_crashes()
    {
        byte[] real = File.ReadAllBytes(RealLibrary.Path);
        ElfImage image = new(real, RealLibrary.Path);
        int needs = image.NeededVersions.Min(need => need.FlagsOffset) - 20;
        int[] starts = [0, needs, real.Length - (31 * 64)];              // header, version needs, section headers

        Gen.Select(Gen.OneOfConst(starts), Gen.Int[0, 63], Gen.Int[0, 7]).Sample((start, offset, bit) =>
        {
            byte[] bytes = [.. real];
            bytes[start + offset] ^= (byte)(1 << bit);
            ReadOrRefuse(bytes);
        }, iter: 200);
        Gen.Int[0, real.Length - 1].Sample(length => Assert.Throws<NativeRuntimeException>(() => ReadAll(real[..length])), iter: 50);
    }

    private static void ReadOrRefuse(byte[] bytes)
    {
        try
        {
            ReadAll(bytes);
        }
        catch (NativeRuntimeException e)
        {
            Assert.DoesNotContain('\n', e.Message);
        }
    }

    private static void ReadAll(byte[] bytes)
    {
        ElfImage image = new(bytes, "damaged");
        foreach (NeededVersion need in image.NeededVersions)
        {
            image.IsReferenced(need);
        }
    }
}

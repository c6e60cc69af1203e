using CommSharp.Checkpoints;
using CommSharp.Checkpoints.Pickle;
using TorchSharp;

namespace CommSharp.Tests.Checkpoints;

/// <summary>Random damage to valid files gives an error of ours or a valid result, in bounded memory; never anything else.</summary>
public sealed class FuzzTests : IDisposable
{
    private const int Mutations = 2000;
    private const long MostBytes = 4_000_000;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Damaged_safetensors_headers()
    {
        byte[] whole = File.ReadAllBytes(SharedFolder.Require("parity", "llama-fp16-sharded", "model-00001-of-00002.safetensors"));
        int header = 8 + (int)BitConverter.ToInt64(whole);
        Fuzz(whole, 0, header, file => ReadAll(SafetensorsFile.Open(_folder.Write("x.safetensors", file))));
    }

    [Fact]
    public void Damaged_torch_archives()
    {
        byte[] whole = TorchZip.Archive(
            PickleBytes.Protocol(2).Op("ccollections\nOrderedDict\n)R(").Text("x").Tensor("0", [2, 3], [3, 1], 6).Text("y").Tensor("0", [3, 2], [1, 3], 6).Op("u").Stop(),
            ("archive/data/0", TorchZip.Floats(0, 1, 2, 3, 4, 5)), ("archive/byteorder", "little"u8.ToArray()));
        Fuzz(whole, 0, whole.Length, file => ReadAll(RestrictedPickleFile.Open(_folder.Write("x.bin", file))));
    }

    [Theory]
    [InlineData("refs(google).p")]
    [InlineData("refs(umd).p")]
    [InlineData("refs(unc).p")]
    public void Damaged_pickles(string name)
    {
        byte[] whole = File.ReadAllBytes(SharedFolder.Require("data", "formats", "refcoco", name));
        Fuzz(whole, 0, whole.Length, file => PickleReader.Read(file, PickleAllowList.Empty));
    }

    private static void ReadAll(ITensorSource source)
    {
        using (source)
        {
            foreach (string name in source.Names)
            {
                source.Read(name).Dispose();
            }
        }
    }

    private static void Fuzz(byte[] whole, int start, int end, Action<byte[]> read)
    {
        var random = new Random(20240607);
        int valid = 0;
        for (int i = 0; i < Mutations; i++)
        {
            byte[] file = Mutate(whole, start, end, random);
            using var scope = torch.NewDisposeScope();
            long before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                read(file);
                valid++;
            }
            catch (CommSharpException e)
            {
                Assert.DoesNotContain('\n', e.Message);
            }

            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, MostBytes);
        }

        Assert.InRange(valid, 1, Mutations - 1);
    }

    private static byte[] Mutate(byte[] whole, int start, int end, Random random)
    {
        var bytes = whole.ToList();
        for (int times = random.Next(1, 4); times > 0; times--)
        {
            int at = random.Next(start, Math.Min(end, bytes.Count));
            switch (random.Next(4))
            {
                case 0: bytes[at] = (byte)random.Next(256); break;
                case 1: bytes[at] ^= (byte)(1 << random.Next(8)); break;
                case 2: bytes.RemoveAt(at); break;
                default: bytes.Insert(at, bytes[random.Next(start, Math.Min(end, bytes.Count))]); break;
            }
        }

        return [.. bytes];
    }
}

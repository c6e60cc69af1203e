using CommSharp.Checkpoints;
using TorchSharp;
using static TorchSharp.torch;

namespace CommSharp.Cli.Bench;

/// <summary>Loading a 2 GB safetensors file that is in the page cache, against copying its bytes out of it.</summary>
internal static class LoadBench
{
    private const int Rounds = 3;
    private const int Tensors = 20;
    private const long Elements = 50_000_000; // of 2 bytes: 100 MB each

    public static BenchMeasurement Run(CancellationToken cancellationToken)
    {
        string file = Path.Combine(Path.GetTempPath(), $"commsharp-bench-{Environment.ProcessId}.safetensors");
        try
        {
            SafetensorsWriter.Write(
                file,
                Enumerable.Range(0, Tensors).Select(i => new TensorEntry($"tensor.{i}", ScalarType.BFloat16, [Elements])),
                entry => ones([.. entry.Shape], entry.Dtype),
                cancellationToken: cancellationToken);
            byte[] buffer = new byte[4 << 20];
            double bytes = new FileInfo(file).Length;
            (double loadTime, double copyTime) = Stopwatches.Alternate(Rounds, Load, Copy, cancellationToken);
            return new BenchMeasurement("loading a safetensors file in page cache", loadTime, bytes / loadTime / 1e6, "GB/s", "reading it into one buffer", bytes / copyTime / 1e6);

            void Copy()
            {
                using FileStream stream = File.OpenRead(file);
                while (stream.Read(buffer) > 0)
                {
                }
            }
        }
        finally
        {
            File.Delete(file);
        }

        void Load()
        {
            using DisposeScope scope = NewDisposeScope();
            using ITensorSource source = Checkpoint.Open(file);
            foreach (string name in source.Names)
            {
                source.Read(name);
            }
        }
    }
}

using CommSharp.Runtime;

namespace CommSharp.Tests.Runtime;

public sealed class NativeCopyCacheTests : IDisposable
{
    private const string Name = "libThing.so";
    private static readonly byte[] Content = [.. Enumerable.Range(0, 5000).Select(i => (byte)i)];
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void A_copy_is_written_once_and_used_again()
    {
        string path = Cache().Store(Name, Content);
        DateTime written = new(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc);
        File.SetLastWriteTimeUtc(path, written);

        Assert.Equal(path, Cache().Store(Name, Content));
        Assert.Equal(written, File.GetLastWriteTimeUtc(path));
        Assert.Equal([path], Directory.GetFiles(_folder["cache"]));
    }

    [Fact]
    public void A_corrupted_copy_is_made_again()
    {
        string path = Cache().Store(Name, Content);
        using (FileStream stream = File.OpenWrite(path))
        {
            stream.Write([9, 9, 9]);
        }

        Assert.Equal(path, Cache().Store(Name, Content));
        Assert.Equal(Content, File.ReadAllBytes(path));
    }

    [Fact]
    public void Another_content_gets_another_name() => Assert.NotEqual(Cache().Store(Name, Content), Cache().Store(Name, Content.AsSpan(1)));

    [Fact]
    public void The_folder_is_closed_to_others_even_if_it_was_open()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no modes.");
        Directory.CreateDirectory(_folder["cache"]);
        SetMode(_folder["cache"], UnixFileMode.OtherWrite | UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);

        string path = Cache().Store(Name, Content);

        const UnixFileMode others = (UnixFileMode)0b111_111;
        Assert.Equal(UnixFileMode.None, Mode(_folder["cache"]) & others);
        Assert.Equal(UnixFileMode.None, Mode(path) & others);
    }

    [Fact]
    public void Many_at_once_agree()
    {
        string[] paths = new string[16];
        Parallel.For(0, paths.Length, i => paths[i] = Cache().Store(Name, Content));

        Assert.Single(paths.Distinct());
        Assert.Equal([paths[0]], Directory.GetFiles(_folder["cache"]));
        Assert.Equal(Content, File.ReadAllBytes(paths[0]));
    }

    public void Dispose() => _folder.Dispose();

    private NativeCopyCache Cache() => new(_folder["cache"]);

    private static UnixFileMode Mode(string path) => OperatingSystem.IsWindows() ? UnixFileMode.None : File.GetUnixFileMode(path);

    private static void SetMode(string path, UnixFileMode mode)
    {
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, mode);
        }
    }
}

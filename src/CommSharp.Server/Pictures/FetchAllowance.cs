namespace CommSharp.Server.Pictures;

/// <summary>
/// How many bytes may be fetched for the pictures of one request. Those that it brings along are within the limit of its body; without one for the others,
/// a few addresses would stand for any number of the largest pictures.
/// </summary>
/// <param name="most">The most bytes of all of them together.</param>
internal sealed class FetchAllowance(long most)
{
    private long _taken;

    public long Most { get; } = most;

    /// <summary>Takes bytes; false when there are not so many left. A request's pictures are fetched one after another.</summary>
    public bool TryTake(int bytes)
    {
        _taken += bytes;
        return _taken <= Most;
    }
}

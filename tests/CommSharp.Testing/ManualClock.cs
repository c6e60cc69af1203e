namespace CommSharp.Testing;

/// <summary>A clock that stands still until a test moves it; it begins on the first day of 2026.</summary>
public sealed class ManualClock : TimeProvider
{
    private DateTimeOffset _now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => _now;

    public override long GetTimestamp() => _now.UtcTicks;

    /// <summary>Lets time pass.</summary>
    public void Advance(double seconds) => _now += TimeSpan.FromSeconds(seconds);
}

namespace CommSharp.Cli.Bench;

/// <summary>One figure, beside the limit that it was measured against in the same process.</summary>
/// <param name="Name">What was measured.</param>
/// <param name="Milliseconds">The median time of one run.</param>
/// <param name="Rate">Work per second.</param>
/// <param name="Unit">The rate's unit.</param>
/// <param name="Limit">What the rate is compared with.</param>
/// <param name="LimitRate">The limit's rate, in the same unit.</param>
internal sealed record BenchMeasurement(string Name, double Milliseconds, double Rate, string Unit, string Limit, double LimitRate)
{
    /// <summary>The part of the limit that was reached.</summary>
    public double Share => Rate / LimitRate;

    /// <summary>The most seconds that are wanted, where the limit is a wish and not this machine; a share of 1 or more then fulfils it.</summary>
    public double? WantedSeconds { get; init; }

    /// <summary>The share that is wanted, where it is a wish of its own.</summary>
    public double? WantedShare { get; init; }

    /// <summary>Further figures of the same run.</summary>
    public IReadOnlyList<BenchDetail> Details { get; init; } = [];

    /// <summary>The most memory that one run took, in bytes, where that is measured.</summary>
    public long? Bytes { get; init; }

    /// <summary>The most bytes that are wanted, where memory is measured.</summary>
    public long? WantedBytes { get; init; }

    /// <summary>A figure that is compared with the time that it may take.</summary>
    /// <param name="name">What was measured.</param>
    /// <param name="milliseconds">The median time of one run.</param>
    /// <param name="wantedSeconds">The most seconds that one run may take.</param>
    /// <param name="items">How many items one run works on.</param>
    /// <param name="item">What an item is called, in the plural: the rate's unit becomes "items/s".</param>
    public static BenchMeasurement Within(string name, double milliseconds, double wantedSeconds, int items, string item) =>
        new(name, milliseconds, items / milliseconds * 1000, $"{item}/s", $"wanted within {wantedSeconds:0} s", items / wantedSeconds) { WantedSeconds = wantedSeconds };
}

/// <summary>A further figure of a measurement.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Value">The figure.</param>
/// <param name="Unit">Its unit; empty for a number of things.</param>
internal sealed record BenchDetail(string Name, double Value, string Unit)
{
    /// <summary>The most that is wanted; null where nothing is.</summary>
    public double? Wanted { get; init; }
}

/// <summary>Everything that was measured.</summary>
internal sealed record BenchReport(IReadOnlyList<BenchMeasurement> Measurements);

namespace CommSharp.Data.Tabletop.World;

/// <summary>
/// Sine and cosine by additions and multiplications alone, whose results IEEE 754 fixes to the bit. Those of the system's library differ in their last
/// bits from one system to another, and scenes shall not.
/// </summary>
internal static class Angle
{
    private const int Terms = 12;

    public static (double Sine, double Cosine) Of(double degrees)
    {
        double turns = degrees / 360;
        double radians = (turns - Math.Round(turns)) * (2 * Math.PI); // within half a turn, where the series is short
        double sine = 0, cosine = 0, term = 1;
        for (int i = 0; i < 2 * Terms; i++)
        {
            double signed = i / 2 % 2 == 0 ? term : -term;
            if (i % 2 == 0)
            {
                cosine += signed;
            }
            else
            {
                sine += signed;
            }

            term = term * radians / (i + 1);
        }

        return (sine, cosine);
    }
}

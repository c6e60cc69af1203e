using CommSharp.Data.Tasks;
using CommSharp.Imaging;

namespace CommSharp.Data.Tabletop.Rendering;

/// <summary>The noise of a camera's sensor: every level of every pixel is off by a little, independently.</summary>
internal static class CameraNoise
{
    private const int Uniforms = 4;

    /// <summary>Adds noise; nearly normal, as the sum of four uniform numbers is.</summary>
    /// <param name="picture">The picture.</param>
    /// <param name="deviation">In levels of 255; 0 for none.</param>
    /// <param name="seed">Decides it.</param>
    public static RgbImage Add(RgbImage picture, double deviation, long seed)
    {
        if (deviation == 0)
        {
            return picture;
        }

        byte[] pixels = picture.Pixels.ToArray();
        double scale = deviation / Math.Sqrt(Uniforms / 12.0) / byte.MaxValue; // a uniform number has the variance 1/12
        ulong state = SplitMix64.Mix((ulong)seed); // seeds follow each other, and so would draws begin one after the other's
        for (int i = 0; i < pixels.Length; i++)
        {
            ulong bits = SplitMix64.Next(ref state);
            int sum = 0;
            for (int part = 0; part < Uniforms; part++, bits >>= 8)
            {
                sum += (byte)bits;
            }

            pixels[i] = (byte)Math.Clamp(Math.Round(pixels[i] + ((sum - (Uniforms * 127.5)) * scale)), 0, byte.MaxValue);
        }

        return new RgbImage(picture.Width, picture.Height, pixels);
    }
}

using CommSharp.Data.Tabletop.World;
using SkiaSharp;

namespace CommSharp.Data.Tabletop.Rendering;

/// <summary>Lays light over the whole scene: one side brighter, the other darker.</summary>
internal static class LightPainter
{
    public static void Paint(SKCanvas canvas, Surroundings around)
    {
        if (around.Light == 0)
        {
            return;
        }

        byte strength = (byte)Math.Round(around.Light * 0.5 * byte.MaxValue);
        canvas.Save();
        canvas.Translate(0.5f, 0.5f);
        canvas.RotateDegrees((float)around.LightDirection);
        using SKShader shader = SKShader.CreateLinearGradient(
            new(-0.7f, 0),
            new(0.7f, 0),
            [new SKColor(0, 0, 0, strength), new SKColor(128, 128, 128, 0), new SKColor(255, 255, 255, (byte)(strength / 2))],
            SKShaderTileMode.Clamp);
        using var paint = new SKPaint { Shader = shader };
        canvas.DrawRect(-1, -1, 2, 2, paint);
        canvas.Restore();
    }
}

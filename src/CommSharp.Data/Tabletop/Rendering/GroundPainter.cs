using CommSharp.Data.Tabletop.World;
using SkiaSharp;

namespace CommSharp.Data.Tabletop.Rendering;

/// <summary>Draws what lies behind the objects, on the scene's square of side 1.</summary>
internal static class GroundPainter
{
    private const float Reach = 1.5f; // a turned square still covers the scene

    public static void Paint(SKCanvas canvas, Surroundings around)
    {
        using var paint = new SKPaint { IsAntialias = true, Color = Tone(around, 1) };
        canvas.DrawRect(0, 0, 1, 1, paint);
        canvas.Save();
        canvas.Translate(0.5f, 0.5f);
        canvas.RotateDegrees((float)around.Direction);
        switch (around.Ground)
        {
            case Ground.Shaded:
                using (SKShader slow = SKShader.CreateLinearGradient(new(-0.6f, 0), new(0.6f, 0), [Tone(around, 0.82), Tone(around, 1.15)], SKShaderTileMode.Clamp))
                {
                    paint.Shader = slow;
                    canvas.DrawRect(-Reach, -Reach, 2 * Reach, 2 * Reach, paint);
                    paint.Shader = null;
                }

                break;
            case Ground.Wood:
                Boards(canvas, around, paint);
                break;
            case Ground.Tiles:
                Lines(canvas, 0.24f, 0.012f, Tone(around, 0.82), paint);
                canvas.RotateDegrees(90);
                Lines(canvas, 0.24f, 0.012f, Tone(around, 0.82), paint);
                break;
            case Ground.Cloth:
                Lines(canvas, 0.045f, 0.012f, Tone(around, 0.92), paint);
                canvas.RotateDegrees(90);
                Lines(canvas, 0.045f, 0.012f, Tone(around, 1.07), paint);
                break;
        }

        canvas.Restore();
    }

    /// <summary>Boards of three brightnesses, with a dark line between them and two lines of grain on each.</summary>
    private static void Boards(SKCanvas canvas, Surroundings around, SKPaint paint)
    {
        const float Width = 0.2f;
        ReadOnlySpan<double> brightness = [0.93, 1.05, 0.99];
        int number = 0;
        for (float y = -Reach; y < Reach; y += Width, number++)
        {
            double own = brightness[number % brightness.Length];
            paint.Color = Tone(around, own);
            canvas.DrawRect(-Reach, y, 2 * Reach, Width, paint);
            paint.Color = Tone(around, own * 0.94);
            canvas.DrawRect(-Reach, y + (Width * 0.3f), 2 * Reach, 0.01f, paint);
            canvas.DrawRect(-Reach, y + (Width * 0.68f), 2 * Reach, 0.014f, paint);
            paint.Color = Tone(around, 0.75);
            canvas.DrawRect(-Reach, y, 2 * Reach, 0.008f, paint);
        }
    }

    private static void Lines(SKCanvas canvas, float step, float thickness, SKColor color, SKPaint paint)
    {
        paint.Color = color;
        for (float y = -Reach; y < Reach; y += step)
        {
            canvas.DrawRect(-Reach, y, 2 * Reach, thickness, paint);
        }
    }

    private static SKColor Tone(Surroundings around, double brightness) => SceneRenderer.Skia(Palette.Tone(around.Tone, brightness));
}

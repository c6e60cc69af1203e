using CommSharp.Data.Tabletop.World;
using CommSharp.Imaging;
using SkiaSharp;

namespace CommSharp.Data.Tabletop.Rendering;

/// <summary>Draws scenes: ground, shadows, objects with their patterns, light, and the camera's noise.</summary>
public static class SceneRenderer
{
    /// <summary>The side that the world is mostly drawn at, in pixels; what is called small there has at least 10 pixels.</summary>
    public const int UsualSide = 112;

    private const float EdgeShare = 0.05f; // of an object's unit

    /// <summary>Draws a scene.</summary>
    /// <param name="scene">The scene.</param>
    /// <param name="side">The picture's width and height in pixels, at least <see cref="UsualSide"/>.</param>
    /// <returns>The picture. With one version of Skia on one architecture always the same.</returns>
    public static RgbImage Render(Scene scene, int side = UsualSide)
    {
        ArgumentNullException.ThrowIfNull(scene);
        ArgumentOutOfRangeException.ThrowIfLessThan(side, UsualSide);
        using var bitmap = new SKBitmap(new SKImageInfo(side, side, SKColorType.Rgba8888, SKAlphaType.Opaque));
        using (var canvas = new SKCanvas(bitmap))
        {
            canvas.Scale(side); // from here on in the scene's own units
            GroundPainter.Paint(canvas, scene.Surroundings);
            foreach (SceneObject shown in scene.Objects)
            {
                Paint(canvas, shown);
            }

            LightPainter.Paint(canvas, scene.Surroundings);
            canvas.Flush();
        }

        return CameraNoise.Add(SkiaBitmap.ToImage(bitmap), scene.Surroundings.Noise, scene.Seed);
    }

    private static void Paint(SKCanvas canvas, SceneObject shown)
    {
        using SKPath outline = PathOf(shown);
        using var paint = new SKPaint { IsAntialias = true };
        float unit = (float)shown.Looks.Radius;

        canvas.Save();
        canvas.Translate(unit * 0.08f, unit * 0.12f);
        paint.Color = new SKColor(0, 0, 0, 60);
        canvas.DrawPath(outline, paint);
        canvas.Restore();

        paint.Color = Skia(Palette.Of(shown));
        canvas.DrawPath(outline, paint);
        if (shown.Pattern != Pattern.Solid)
        {
            canvas.Save();
            canvas.ClipPath(outline, antialias: true);
            canvas.Translate((float)shown.Centre.X, (float)shown.Centre.Y);
            canvas.RotateDegrees((float)shown.Looks.Rotation);
            canvas.Scale(unit); // the pattern turns and grows with its object
            paint.Color = Skia(Palette.Second(shown));
            PatternPainter.Paint(canvas, shown.Pattern, paint);
            canvas.Restore();
        }

        // Drawn inside, so that the outline's own box stays the picture's.
        canvas.Save();
        canvas.ClipPath(outline, antialias: true);
        paint.Color = Skia(Palette.Edge(shown));
        paint.Style = SKPaintStyle.Stroke;
        paint.StrokeWidth = unit * EdgeShare * 2;
        canvas.DrawPath(outline, paint);
        canvas.Restore();
    }

    private static SKPath PathOf(SceneObject shown)
    {
        var path = new SKPath { FillType = SKPathFillType.EvenOdd };
        foreach (IReadOnlyList<ScenePoint> polygon in shown.Outline)
        {
            path.AddPoly([.. polygon.Select(point => new SKPoint((float)point.X, (float)point.Y))], close: true);
        }

        return path;
    }

    internal static SKColor Skia(RgbColor color) => new(color.Red, color.Green, color.Blue);
}

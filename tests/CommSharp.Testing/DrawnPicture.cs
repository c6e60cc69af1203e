using SkiaSharp;

namespace CommSharp.Testing;

/// <summary>A drawn breakfast table: a red cup left, a yellow plate right, a green apple on it.</summary>
public static class DrawnPicture
{
    /// <summary>The picture as PNG, 320 x 240.</summary>
    public static byte[] Breakfast()
    {
        using var surface = SKSurface.Create(new SKImageInfo(320, 240));
        SKCanvas canvas = surface.Canvas;
        canvas.Clear(new SKColor(214, 226, 236));
        Fill(canvas, new SKColor(150, 111, 77), paint => canvas.DrawRect(0, 130, 320, 110, paint));
        Fill(canvas, new SKColor(240, 200, 60), paint => canvas.DrawOval(220, 170, 80, 34, paint));
        Fill(canvas, new SKColor(90, 170, 70), paint => canvas.DrawCircle(220, 146, 24, paint));
        Fill(canvas, new SKColor(90, 60, 40), paint => canvas.DrawRect(218, 112, 4, 14, paint));
        Fill(canvas, new SKColor(200, 40, 40), paint => canvas.DrawRoundRect(40, 96, 62, 78, 8, 8, paint));
        Fill(canvas, new SKColor(200, 40, 40), paint => canvas.DrawRoundRect(94, 112, 34, 40, 14, 14, paint));
        Fill(canvas, new SKColor(214, 226, 236), paint => canvas.DrawRoundRect(102, 120, 18, 24, 8, 8, paint));
        using SKImage image = surface.Snapshot();
        using SKData png = image.Encode(SKEncodedImageFormat.Png, 100);
        return png.ToArray();
    }

    private static void Fill(SKCanvas canvas, SKColor color, Action<SKPaint> draw)
    {
        using var paint = new SKPaint { Color = color, IsAntialias = true };
        draw(paint);
    }
}

using CommSharp.Imaging;
using SkiaSharp;

namespace CommSharp.Grounding;

/// <summary>A box to draw.</summary>
/// <param name="Box">Where, in the picture's pixels; what lies outside the picture is not drawn.</param>
/// <param name="Label">What to write at it, or null.</param>
/// <param name="Color">Its colour; the next of a palette when null.</param>
public sealed record LabeledBox(PixelBox Box, string? Label = null, RgbColor? Color = null);

/// <summary>Draws boxes with their labels on a picture. Lines and letters grow with the picture; labels stay inside it.</summary>
public static class BoxPainter
{
    private const string Ellipsis = "…";
    private const float SmallestLetters = 12; // pixels; smaller ones are hard to read

    // Okabe and Ito's colours, which people who see colours differently tell apart, too, without black and yellow.
    private static readonly RgbColor[] Palette =
        [new(213, 94, 0), new(0, 114, 178), new(0, 158, 115), new(204, 121, 167), new(230, 159, 0), new(86, 180, 233)];

    private static readonly Lazy<SKTypeface> Letters = new(LoadFont);

    /// <summary>Draws on a copy of a picture.</summary>
    /// <param name="picture">The picture.</param>
    /// <param name="boxes">The boxes; later ones lie above earlier ones, and labels above all boxes.</param>
    public static RgbImage Paint(RgbImage picture, IReadOnlyList<LabeledBox> boxes)
    {
        ArgumentNullException.ThrowIfNull(picture);
        ArgumentNullException.ThrowIfNull(boxes);
        using SKBitmap bitmap = SkiaBitmap.From(picture);
        using var canvas = new SKCanvas(bitmap);
        int shorter = Math.Min(picture.Width, picture.Height);
        float thickness = Math.Max(1, MathF.Round(shorter / 200f));
        using var font = new SKFont(Letters.Value, Math.Max(SmallestLetters, shorter / 28f));
        for (int i = 0; i < boxes.Count; i++)
        {
            DrawFrame(canvas, Inside(boxes[i].Box, bitmap), ColorOf(boxes[i], i), thickness);
        }

        for (int i = 0; i < boxes.Count; i++)
        {
            if (boxes[i].Label is { Length: > 0 } label)
            {
                DrawLabel(canvas, Inside(boxes[i].Box, bitmap), OneLine(label), ColorOf(boxes[i], i), font);
            }
        }

        canvas.Flush();
        return SkiaBitmap.ToImage(bitmap);
    }

    private static SKColor ColorOf(LabeledBox box, int index)
    {
        (byte red, byte green, byte blue) = box.Color ?? Palette[index % Palette.Length];
        return new SKColor(red, green, blue);
    }

    private static SKRect Inside(PixelBox box, SKBitmap bitmap)
    {
        PixelBox part = box.ClampTo(bitmap.Width, bitmap.Height);
        return new SKRect((float)part.X1, (float)part.Y1, (float)part.X2, (float)part.Y2);
    }

    /// <summary>The line lies inside the box, so that one along the picture's edge is seen whole; a light rim sets it off from dark ground.</summary>
    private static void DrawFrame(SKCanvas canvas, SKRect box, SKColor color, float thickness)
    {
        using var paint = new SKPaint { Style = SKPaintStyle.Stroke, IsAntialias = true };
        paint.StrokeWidth = thickness * 2;
        paint.Color = SKColors.White.WithAlpha(160);
        canvas.DrawRect(Shrunk(box, thickness), paint);
        paint.StrokeWidth = thickness;
        paint.Color = color;
        canvas.DrawRect(Shrunk(box, thickness / 2), paint);
    }

    private static SKRect Shrunk(SKRect box, float by)
    {
        float across = Math.Min(by, Math.Max(0, box.Width / 2));
        float down = Math.Min(by, Math.Max(0, box.Height / 2));
        return new SKRect(box.Left + across, box.Top + down, box.Right - across, box.Bottom - down);
    }

    /// <summary>Above the box where there is room, otherwise in it or below; moved left and cut short so as to stay in the picture.</summary>
    private static void DrawLabel(SKCanvas canvas, SKRect box, string label, SKColor color, SKFont font)
    {
        SKRectI picture = canvas.DeviceClipBounds;
        float margin = font.Size / 4;
        string text = Fitting(label, font, picture.Width - (2 * margin));
        float width = font.MeasureText(text) + (2 * margin);
        float height = font.Size + (2 * margin);
        float left = Math.Max(0, Math.Min(box.Left, picture.Width - width));
        float above = box.Top - height;
        float inOrBelow = box.Height >= 2 * height ? box.Top : box.Bottom;
        float top = Math.Max(0, Math.Min(above >= 0 ? above : inOrBelow, picture.Height - height));
        using var paint = new SKPaint { IsAntialias = true, Color = color };
        canvas.DrawRect(new SKRect(left, top, left + width, top + height), paint);
        paint.Color = ReadableOn(color);
        canvas.DrawText(text, left + margin, top + margin + (font.Size * 0.82f), font, paint);
    }

    private static string Fitting(string label, SKFont font, float width)
    {
        if (font.MeasureText(label) <= width)
        {
            return label;
        }

        int fits = Math.Max(0, font.BreakText(label, Math.Max(0, width - font.MeasureText(Ellipsis))));
        int end = fits > 0 && fits < label.Length && char.IsHighSurrogate(label[fits - 1]) ? fits - 1 : fits;
        return label[..Math.Min(end, label.Length)] + Ellipsis;
    }

    /// <summary>A label can come from a model: its control characters become blanks.</summary>
    private static string OneLine(string label) => string.Concat(label.Select(c => char.IsControl(c) ? ' ' : c));

    /// <summary>Black or white, by the weights that sRGB's primaries have in what the eye calls brightness.</summary>
    private static SKColor ReadableOn(SKColor ground) =>
        (0.2126 * ground.Red) + (0.7152 * ground.Green) + (0.0722 * ground.Blue) > 140 ? SKColors.Black : SKColors.White;

    private static SKTypeface LoadFont()
    {
        using Stream font = LabelFont.Open();
        return SKTypeface.FromStream(font) ?? throw new InvalidOperationException("The embedded font is no font.");
    }
}

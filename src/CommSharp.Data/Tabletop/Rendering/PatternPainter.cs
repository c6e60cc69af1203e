using CommSharp.Data.Tabletop.World;
using SkiaSharp;

namespace CommSharp.Data.Tabletop.Rendering;

/// <summary>Draws the second tone of a pattern in an object's own units.</summary>
internal static class PatternPainter
{
    private const float Reach = 1.6f;  // beyond every outline
    private const float Stripe = 0.28f, Check = 0.4f, Dot = 0.17f, DotStep = 0.56f;

    public static void Paint(SKCanvas canvas, Pattern pattern, SKPaint paint)
    {
        switch (pattern)
        {
            case Pattern.Striped:
                for (float y = -Reach; y < Reach; y += 2 * Stripe)
                {
                    canvas.DrawRect(-Reach, y, 2 * Reach, Stripe, paint);
                }

                break;
            case Pattern.Checked:
                int cells = (int)(2 * Reach / Check);
                foreach (int i in Enumerable.Range(0, cells * cells).Where(i => ((i % cells) + (i / cells)) % 2 == 0))
                {
                    canvas.DrawRect(-Reach + (i % cells * Check), -Reach + (i / cells * Check), Check, Check, paint);
                }

                break;
            case Pattern.Dotted:
                int rows = (int)(2 * Reach / DotStep) + 1;
                foreach (int i in Enumerable.Range(0, rows * rows))
                {
                    float shift = i / rows % 2 == 0 ? 0 : DotStep / 2;
                    canvas.DrawCircle(-Reach + shift + (i % rows * DotStep), -Reach + (i / rows * DotStep), Dot, paint);
                }

                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(pattern), pattern, "Has no second tone.");
        }
    }
}

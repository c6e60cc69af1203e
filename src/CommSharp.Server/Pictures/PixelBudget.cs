using CommSharp.Imaging;
using CommSharp.Server.Errors;
using Microsoft.Extensions.AI;

namespace CommSharp.Server.Pictures;

/// <summary>
/// Bounds the memory of all pictures that are decoded at the same time. They are measured by what they declare, so that what would be too much is
/// refused before memory is taken for it.
/// </summary>
/// <param name="most">The most pixels at the same time.</param>
/// <param name="decoding">How pictures are decoded, and which are too large.</param>
internal sealed class PixelBudget(long most, ImageDecodingOptions decoding)
{
    private long _taken;

    /// <summary>Takes the pixels of a conversation's pictures, until they are given back by disposing of the result.</summary>
    /// <exception cref="ApiException">A picture is none or too large, or too many pixels are taken.</exception>
    public IDisposable Take(IEnumerable<DataContent> pictures, string place)
    {
        long pixels = 0;
        try
        {
            int number = 0;
            foreach (DataContent picture in pictures)
            {
                PictureSize size = ImageDecoder.Measure(picture.Data.Span, $"picture {++number}", decoding);
                pixels += (long)size.Width * size.Height;
            }
        }
        catch (ImageException error)
        {
            throw ApiException.Invalid(error.Message, place, "invalid_image", error);
        }

        if (pixels > most)
        {
            throw ApiException.Invalid($"The pictures have {pixels} pixels together, but {most} is the limit.", place, "too_many_pixels");
        }

        if (Interlocked.Add(ref _taken, pixels) > most)
        {
            Interlocked.Add(ref _taken, -pixels);
            throw ApiException.Busy("The pictures of other requests take all the memory that pictures may take; ask again later.", "too_many_pixels", 1);
        }

        return new Share(this, pixels);
    }

    private sealed class Share(PixelBudget budget, long pixels) : IDisposable
    {
        private long _pixels = pixels;

        public void Dispose() => Interlocked.Add(ref budget._taken, -Interlocked.Exchange(ref _pixels, 0));
    }
}

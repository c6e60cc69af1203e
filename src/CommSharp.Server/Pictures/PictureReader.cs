using CommSharp.Server.Errors;
using Microsoft.Extensions.AI;

namespace CommSharp.Server.Pictures;

/// <summary>Reads pictures that requests name by URL.</summary>
internal sealed class PictureReader(RemotePictures remote)
{
    private const string Embedded = "data:";
    private const int LongestAddress = 8192;

    /// <summary>Reads a picture's bytes; it is not decoded yet.</summary>
    /// <param name="url">A data URL, or an address to fetch from.</param>
    /// <param name="place">The member of the request that holds it.</param>
    /// <param name="allowance">How much may be fetched for the request.</param>
    /// <param name="cancellationToken">Ends the fetching.</param>
    public async Task<DataContent> ReadAsync(string url, string place, FetchAllowance allowance, CancellationToken cancellationToken)
    {
        if (url.StartsWith(Embedded, StringComparison.OrdinalIgnoreCase))
        {
            return Read(url, place);
        }

        if (url.Length > LongestAddress || !Uri.TryCreate(url, UriKind.Absolute, out Uri? address))
        {
            throw ApiException.Invalid($"Invalid '{place}': it is neither a data URL nor an address.", place);
        }

        (byte[] bytes, string type) = await remote.FetchAsync(address, place, allowance, cancellationToken).ConfigureAwait(false);
        return new DataContent(bytes, type);
    }

    private static DataContent Read(string url, string place)
    {
        try
        {
            var content = new DataContent(url);
            return content.HasTopLevelMediaType("image") && !content.Data.IsEmpty
                ? new DataContent(content.Data, content.MediaType) // without the URL, which is a lot of text
                : throw ApiException.Invalid($"Invalid '{place}': its type is {content.MediaType}; a picture's begins with image/, and has bytes.", place);
        }
        catch (Exception error) when (error is ArgumentException or FormatException)
        {
            throw ApiException.Invalid($"Invalid '{place}': it is no data URL that can be read.", place, null, error);
        }
    }
}

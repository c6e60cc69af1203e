using CommSharp.Multimodal.Folders;
using CommSharp.Runtime;
using Microsoft.Extensions.Options;

namespace CommSharp.Chat;

/// <summary>Says all that is wrong with options when the application starts, the model's folder included; reads no weights.</summary>
internal sealed class CommSharpOptionsValidator : IValidateOptions<CommSharpOptions>
{
    public ValidateOptionsResult Validate(string? name, CommSharpOptions options)
    {
        string[] problems =
        [
            .. AtLeast(1, nameof(options.MaxQueue), options.MaxQueue),
            .. AtLeast(1, nameof(options.MaxRows), options.MaxRows),
            .. AtLeast(0, nameof(options.ImageCacheBytes), options.ImageCacheBytes),
            .. AtLeast(1, nameof(options.MaxPixels), options.MaxPixels),
            .. AtLeast(1, nameof(options.MaxImageBytes), options.MaxImageBytes),
            .. Attempt(nameof(options.Device), () => DeviceChoice.Parse(options.Device)),
            .. Attempt(nameof(options.Dtype), () => options.Dtype is null ? null : (object)DtypeName.Parse(options.Dtype)),
            .. string.IsNullOrWhiteSpace(options.Model)
                ? [$"{nameof(options.Model)} is missing; give the folder of a whole multimodal model."]
                : Attempt(nameof(options.Model), () => MultimodalFolder.Open(options.Model, options.VisionTower)),
        ];
        return problems.Length > 0 ? ValidateOptionsResult.Fail(problems) : ValidateOptionsResult.Success;
    }

    private static string[] AtLeast(long least, string member, long value) =>
        value >= least ? [] : [$"{member} is {value}, but must be at least {least}."];

    private static string[] Attempt(string member, Func<object?> read)
    {
        try
        {
            read();
            return [];
        }
        catch (CommSharpException error)
        {
            return [$"{member}: {error.Message}"];
        }
    }
}

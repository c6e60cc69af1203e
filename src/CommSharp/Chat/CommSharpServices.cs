using CommSharp.Answering.Engine;
using CommSharp.Imaging;
using CommSharp.Layers;
using CommSharp.Multimodal.Folders;
using CommSharp.Runtime;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace CommSharp.Chat;

/// <summary>Registers a model that sees with an application's services.</summary>
public static class CommSharpServices
{
    /// <summary>
    /// Adds one <see cref="AnswerEngine"/>, the <see cref="IChatClient"/> that asks it, and <see cref="CommSharpHealthCheck"/>, all for the application's
    /// whole life. Options are validated when the application starts; the model is loaded when one of these is first asked for, so resolve
    /// <see cref="AnswerEngine"/> after building the application if the first caller should not wait for it.
    /// </summary>
    /// <param name="services">The application's services.</param>
    /// <param name="configure">Sets at least <see cref="CommSharpOptions.Model"/>.</param>
    /// <returns>The options, to be bound to a configuration besides.</returns>
    public static OptionsBuilder<CommSharpOptions> AddCommSharp(this IServiceCollection services, Action<CommSharpOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configure);
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<CommSharpOptions>, CommSharpOptionsValidator>());
        services.TryAddSingleton(provider => Load(provider.GetRequiredService<IOptions<CommSharpOptions>>().Value));
        services.TryAddSingleton(provider => Client(provider.GetRequiredService<AnswerEngine>(), provider.GetRequiredService<IOptions<CommSharpOptions>>().Value));
        services.TryAddSingleton<IChatClient>(provider => provider.GetRequiredService<CommChatClient>());
        services.TryAddSingleton<CommSharpHealthCheck>();
        return services.AddOptions<CommSharpOptions>().Configure(configure).ValidateOnStart();
    }

    /// <summary>As <see cref="AddCommSharp(IServiceCollection, Action{CommSharpOptions})"/>, with everything but the model by default.</summary>
    /// <param name="services">The application's services.</param>
    /// <param name="model">The model's folder.</param>
    public static OptionsBuilder<CommSharpOptions> AddCommSharp(this IServiceCollection services, string model) =>
        services.AddCommSharp(options => options.Model = model);

    private static AnswerEngine Load(CommSharpOptions options)
    {
        NativeRuntime.Load();
        var folder = MultimodalFolder.Open(options.Model, options.VisionTower);
        var tensors = new TensorOptions(
            options.Dtype is { } dtype ? DtypeName.Parse(dtype) : folder.StoredDtype(), DeviceChoice.Parse(options.Device).Resolve());
        return AnswerEngine.Load(folder, tensors, new AnswerEngineOptions
        {
            MaxQueue = options.MaxQueue,
            MaxRows = options.MaxRows,
            ImageCacheBytes = options.ImageCacheBytes,
        });
    }

    private static CommChatClient Client(AnswerEngine engine, CommSharpOptions options) => new(
        engine,
        ImageDecodingOptions.Default with
        {
            Limits = ImageLimits.Default with { MaximumPixels = options.MaxPixels, MaximumBytes = options.MaxImageBytes },
        });
}

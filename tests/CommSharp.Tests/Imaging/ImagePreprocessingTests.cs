using CommSharp.Configuration;
using CommSharp.Imaging;

namespace CommSharp.Tests.Imaging;

public sealed class ImagePreprocessingTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData("""{"feature_extractor_type": "CLIPFeatureExtractor", "size": 224, "crop_size": 224}""", ImageFit.Crop, 224, null, ResampleFilter.Bicubic)]
    [InlineData("""{"image_processor_type": "CLIPImageProcessorFast", "size": {"shortest_edge": 336}, "crop_size": {"height": 336, "width": 336}}""", ImageFit.Crop, 336, null, ResampleFilter.Bicubic)]
    [InlineData("""{"image_processor_type": "BitImageProcessor", "size": {"shortest_edge": 256}, "crop_size": {"height": 224, "width": 224}, "resample": 3}""", ImageFit.Crop, 224, 256, ResampleFilter.Bicubic)]
    [InlineData("""{"feature_extractor_type": "ViTFeatureExtractor", "size": 224, "resample": 2}""", ImageFit.Resize, 224, null, ResampleFilter.Bilinear)]
    [InlineData("""{"image_processor_type": "ViTImageProcessor"}""", ImageFit.Resize, 224, null, ResampleFilter.Bilinear)]
    [InlineData("""{"feature_extractor_type": "DeiTFeatureExtractor", "size": 256, "crop_size": 224}""", ImageFit.Resize, 224, 256, ResampleFilter.Bicubic)]
    [InlineData("""{"image_processor_type": "LlavaImageProcessor", "size": {"shortest_edge": 336}, "crop_size": 336, "do_pad": true}""", ImageFit.Pad, 336, null, ResampleFilter.Bicubic)]
    [InlineData("""{"image_processor_type": "CLIPImageProcessor", "size": 336, "crop_size": 336, "image_aspect_ratio": "pad"}""", ImageFit.Pad, 336, null, ResampleFilter.Bicubic)]
    public void Old_and_new_spellings_are_read(string json, ImageFit fit, int size, int? resized, ResampleFilter filter)
    {
        ImagePreprocessing read = Read(json);

        Assert.Equal(new ImagePreprocessing { Fit = fit, Size = size, ResizedSize = resized, Resample = filter }, read);
    }

    [Theory]
    [InlineData("""{"image_processor_type": "Pix2StructImageProcessor"}""", "image_processor_type")]
    [InlineData("{}", "image_processor_type")]
    [InlineData("""{"image_processor_type": "CLIPImageProcessor", "do_resize": false}""", "do_resize")]
    [InlineData("""{"image_processor_type": "CLIPImageProcessor", "do_rescale": false}""", "do_rescale")]
    [InlineData("""{"image_processor_type": "CLIPImageProcessor", "do_normalize": false}""", "do_normalize")]
    [InlineData("""{"image_processor_type": "CLIPImageProcessor", "rescale_factor": 0.0078}""", "rescale_factor")]
    [InlineData("""{"image_processor_type": "CLIPImageProcessor", "resample": 7}""", "resample")]
    [InlineData("""{"image_processor_type": "CLIPImageProcessor", "do_pad": true}""", "do_pad")]
    [InlineData("""{"image_processor_type": "CLIPImageProcessor", "do_center_crop": false}""", "do_center_crop")]
    [InlineData("""{"image_processor_type": "CLIPImageProcessor", "size": 224, "crop_size": 336}""", "crop_size")]
    [InlineData("""{"image_processor_type": "CLIPImageProcessor", "size": {"height": 224, "width": 336}}""", "size")]
    [InlineData("""{"image_processor_type": "CLIPImageProcessor", "size": {"shortest_edge": 0}}""", "size.shortest_edge")]
    [InlineData("""{"image_processor_type": "CLIPImageProcessor", "size": {"shortest_edge": 336, "longest_edge": 500}}""", "size.longest_edge")]
    [InlineData("""{"image_processor_type": "LlavaImageProcessor", "image_aspect_ratio": "anyres"}""", "image_aspect_ratio")]
    public void What_would_change_pixels_and_is_not_supported_is_named(string json, string member)
    {
        ConfigurationException error = Assert.Throws<ConfigurationException>(() => Read(json));

        Assert.Equal(member, error.Member);
        Assert.Contains($"\"{member}\"", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"fit": "pad", "fill": "mean"}""", 122, 116, 104)]
    [InlineData("""{"fit": "pad", "fill": "white"}""", 255, 255, 255)]
    [InlineData("""{"fit": "crop", "fill": "black"}""", 0, 0, 0)]
    [InlineData("""{"fit": "resize", "fill": [1, 2, 3]}""", 1, 2, 3)]
    public void Our_own_json_goes_both_ways(string json, byte red, byte green, byte blue)
    {
        ImagePreprocessing read = ConfigurationFile.Parse<ImagePreprocessing>("test", json);

        Assert.Equal(new RgbColor(red, green, blue), read.Fill);
        Assert.Equal(read, ConfigurationFile.Parse<ImagePreprocessing>("test", ConfigurationFile.Format(read)));
    }

    [Theory]
    [InlineData("""{"fill": "gray"}""")]
    [InlineData("""{"fill": [1, 2]}""")]
    [InlineData("""{"fill": [1, 2, 3, 4]}""")]
    [InlineData("""{"fill": [1, 2, 256]}""")]
    [InlineData("""{"fill": 7}""")]
    public void What_is_no_colour_is_refused(string json)
    {
        ConfigurationException error = Assert.Throws<ConfigurationException>(() => ConfigurationFile.Parse<ImagePreprocessing>("test", json));

        Assert.Contains("a colour is", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Sizes_that_contradict_each_other_are_refused() => Assert.Contains(
        "\"resizedSize\"",
        Assert.Throws<CommSharpException>(() => new ImagePreprocessing { Size = 336, ResizedSize = 224 }.Geometry(10, 10, 336)).Message,
        StringComparison.Ordinal);

    [Fact]
    public void A_batch_holds_every_size_and_the_geometry()
    {
        using var guard = new LeakGuard();
        RgbImage picture = FixturePictures.Read("pattern.png");
        using var batch = ImageBatch.Prepare([picture, picture], new ImagePreprocessing(), [56, 28]);

        Assert.Equal([2, 3, 56, 56], batch.At(56, 56).shape);
        Assert.Equal([2, 3, 28, 28], batch.At(28, 28).shape);
        Assert.Equal(ImageGeometry.Pad(picture.Width, picture.Height, 56), batch.Geometries[1]);
    }

    [Fact]
    public void A_strip_is_padded_without_storing_its_square()
    {
        PreparedImage prepared = new ImagePreprocessing { Fill = RgbColor.White }.Apply(new RgbImage(60_000, 1, new byte[180_000]));

        Assert.Equal(RgbColor.White, prepared.Pixels[100, 0]);
        Assert.Equal((60_000, 30_000 - 1), (prepared.Geometry.PaddedHeight, prepared.Geometry.PadTop));
    }

    public void Dispose() => _folder.Dispose();

    private ImagePreprocessing Read(string json) => ImagePreprocessing.ReadHuggingFace(_folder.Write("preprocessor_config.json", json));
}

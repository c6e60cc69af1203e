using CommSharp.Answering;
using CommSharp.Grounding;
using CommSharp.Imaging;

namespace CommSharp.Tests.Answering;

public sealed class PlacedQuestionTests
{
    // 320 x 240 in a square of 320: 40 rows of padding above and below.
    private static readonly ImageGeometry Padded = ImageGeometry.Pad(320, 240, 32);

    // Only the columns from 40 to 280 are seen.
    private static readonly ImageGeometry Cropped = ImageGeometry.Crop(320, 240, 240);

    [Fact]
    public void Places_are_written_in_the_models_square_and_notation()
    {
        var question = PlacedQuestion.Parse("What is at <point 160,120>, and who beside <box 0, 40.0, 80, 200>? <point 320,240>");
        Assert.True(question.HasPlaces);
        Assert.Equal(
            "What is at [0.500,0.500], and who beside [0.000,0.250,0.250,0.750]? [1.000,0.875]",
            question.Write(BoxFormat.Shikra, Padded));
        Assert.Equal(
            "What is at [0.50, 0.50], and who beside [0.00, 0.25, 0.25, 0.75]? [1.00, 0.88]",
            question.Write(BoxFormat.Llava, Padded));
        Assert.Equal(
            "What is at <point>(500,500)</point>, and who beside <box>(0,250),(250,749)</box>? <point>(999,874)</point>",
            question.Write(BoxFormat.QwenVl, Padded));
        Assert.Equal("What is at <point 160,120>, and who beside <box 0, 40.0, 80, 200>? <point 320,240>", question.Text);
    }

    [Theory]
    [InlineData("Is there a cup?")]
    [InlineData("What do <box> and <point> mean, and <boxes 1,2>?")]
    [InlineData("<box>(100,200),(300,400)</box> and [0.1,0.2]")]
    public void Other_texts_stay_as_they_are(string text)
    {
        var question = PlacedQuestion.Parse(text);
        Assert.False(question.HasPlaces);
        Assert.Equal(text, question.Write(BoxFormat.Shikra, null));
    }

    [Theory]
    [InlineData("<point 1,2,3>", "is no point: write <point X,Y>")]
    [InlineData("<point 0,7;1>", "is no point")]
    [InlineData("<point x,y>", "is no point")]
    [InlineData("<point 1,NaN>", "is no point")]
    [InlineData("<point >", "is no point")]
    [InlineData("a <point 1,2", "is no point")]
    [InlineData("<point 1,2 <point 3,4>", "is no point")]
    [InlineData("<box 1,2,3>", "is no box: write <box LEFT,TOP,RIGHT,BOTTOM>")]
    [InlineData("<box 1,2,3,4;5,6,7,8>", "is no box")]
    [InlineData("<box 3,2,1,4>", "corners are reversed")]
    [InlineData("<box 1,2,1,4>", "has no area")]
    public void What_begins_like_a_place_and_is_none_is_refused(string text, string problem)
    {
        string message = Assert.Throws<CommSharpException>(() => PlacedQuestion.Parse(text)).Message;
        Assert.Contains(problem, message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("<point 321,1>")]
    [InlineData("<point -1,1>")]
    [InlineData("<box 10,10,20,240.5>")]
    public void A_place_outside_of_the_picture_is_refused(string text)
    {
        var question = PlacedQuestion.Parse(text);
        foreach (Action refused in new Action[] { () => question.RequireWithin(320, 240), () => question.Write(BoxFormat.Shikra, Padded) })
        {
            Assert.Equal($"{text} lies outside of the picture, which has 320 x 240 pixels.", Assert.Throws<CommSharpException>(refused).Message);
        }
    }

    [Fact]
    public void A_place_without_a_picture_is_refused() =>
        Assert.Contains("there is no picture", Assert.Throws<CommSharpException>(() => PlacedQuestion.Parse("<point 1,1>").Write(BoxFormat.Shikra, null)).Message, StringComparison.Ordinal);

    [Fact]
    public void What_a_crop_hides_cannot_be_asked_about_and_a_box_is_cut_to_what_is_seen()
    {
        Assert.Equal("[0.000,0.000,0.500,1.000]", PlacedQuestion.Parse("<box 0,0,160,240>").Write(BoxFormat.Shikra, Cropped));
        foreach (string hidden in new[] { "<point 39,120>", "<box 0,0,40,240>" })
        {
            var question = PlacedQuestion.Parse(hidden);
            question.RequireWithin(320, 240);
            Assert.Contains("sees the middle", Assert.Throws<CommSharpException>(() => question.Write(BoxFormat.Shikra, Cropped)).Message, StringComparison.Ordinal);
        }
    }
}

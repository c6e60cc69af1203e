namespace CommSharp.Training.Pretraining.Recipes;

/// <summary>What a tower's positions start as.</summary>
public enum PositionStart
{
    /// <summary>Drawn with a deviation of 0.02, as published towers start. They are small beside patches, and it takes long until a tower minds where a patch is.</summary>
    Normal,

    /// <summary>Sines and cosines of column and row, as large as patches are: a tower that is trained for hours on one machine learns shapes from them.</summary>
    SineCosine,
}

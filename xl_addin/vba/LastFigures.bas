Attribute VB_Name = "LastFigures"
Option Explicit

' Calls the Python behind a function in a cell, and keeps the figure that the cell showed last:
' a cell whose Python is gone goes on showing it. Never an error text in the place of a figure.

' Global, because LibreOffice empties other variables after each call.
Global figures As Collection

Public Function CallPython(ByVal functionName As String, ByVal arguments As Variant) As Variant
    Dim figure As Variant

    If Not FileIsThere(InterpreterPath()) Then Err.Raise 53
    figure = XLPy.CallUDF("xl_addin.udfs", functionName, arguments, ThisWorkbook, Application.Caller)
    Remember figure, CallName(functionName, arguments)
    CallPython = figure
End Function

' What was shown last for this call: as Python gave it, or as the cell still shows it from when
' the workbook was saved. #N/A for a new cell.
Public Function LastFigure(ByVal functionName As String, ByVal arguments As Variant) As Variant
    Dim name As String

    name = CallName(functionName, arguments)
    If IsRemembered(name) Then
        LastFigure = figures.Item(name)
    Else
        LastFigure = ShownFigure()
    End If
End Function

Private Function IsRemembered(ByVal name As String) As Boolean
    Dim figure As Variant

    If figures Is Nothing Then Exit Function
    On Error Resume Next
    Err.Clear
    figure = figures.Item(name)
    IsRemembered = (Err.Number = 0)
End Function

' Text, not Value: a function that reads the value of its own cell would be a circular reference.
Private Function ShownFigure() As Variant
    Dim shown As String

    On Error Resume Next
    shown = Application.Caller.Text
    ShownFigure = CVErr(2042)
    If shown <> "" Then ShownFigure = AsFigure(shown)
End Function

Private Sub Remember(ByVal figure As Variant, ByVal callName As String)
    If callName = "" Then Exit Sub
    If figures Is Nothing Then Set figures = New Collection
    On Error Resume Next
    figures.Remove callName
    figures.Add figure, callName
End Sub

' A function with the cells and values it was given, in words; blank for values without a name.
Private Function CallName(ByVal functionName As String, ByVal arguments As Variant) As String
    Dim place As Long

    CallName = functionName
    For place = LBound(arguments) To UBound(arguments)
        If IsObject(arguments(place)) Then
            CallName = CallName & "|" & arguments(place).Parent.Name & "!" & arguments(place).Address
        ElseIf IsArray(arguments(place)) Then
            CallName = ""
            Exit Function
        ElseIf IsError(arguments(place)) Then
            CallName = CallName & "|"
        Else
            CallName = CallName & "|" & CStr(arguments(place))
        End If
    Next place
End Function

' A shown text as the figure it stands for: arrows go, brackets mean below zero, 39% is 0.39.
Public Function AsFigure(ByVal shown As String) As Variant
    Dim plain As String
    Dim scaling As Double
    Dim arrow As Variant

    plain = shown
    scaling = 1
    For Each arrow In Array(8593, 8594, 8595)
        plain = Replace(plain, ChrW(arrow), "")
    Next arrow
    plain = Trim(plain)
    If Left(plain, 1) = "(" And Right(plain, 1) = ")" Then
        plain = Mid(plain, 2, Len(plain) - 2)
        scaling = -1
    End If
    If Right(plain, 1) = "%" Then
        plain = Left(plain, Len(plain) - 1)
        scaling = scaling / 100
    End If
    If IsNumeric(plain) Then
        AsFigure = scaling * CDbl(plain)
    Else
        AsFigure = shown
    End If
End Function
